-- The tables that the cases in this folder speak of. `teams`, `alerts`, … are in the policy of
-- tests/host/sql/world.cpp; `secrets` is not, `alerts.internal_note` may not be read.
CREATE TABLE teams (
  id      INTEGER PRIMARY KEY,
  name    TEXT NOT NULL,
  on_call TEXT
);
CREATE TABLE alerts (
  id            INTEGER PRIMARY KEY,
  title         TEXT NOT NULL,
  severity      TEXT NOT NULL CHECK (severity IN ('low', 'medium', 'high', 'critical')),
  status        TEXT NOT NULL CHECK (status IN ('open', 'acknowledged', 'resolved')),
  team_id       INTEGER,
  opened_at     INTEGER NOT NULL,
  muted         BOOLEAN NOT NULL DEFAULT FALSE,
  internal_note TEXT
);
CREATE TABLE notes (
  id       INTEGER PRIMARY KEY,
  alert_id INTEGER NOT NULL,
  body     TEXT NOT NULL,
  score    DOUBLE PRECISION
);
CREATE TABLE metrics (
  id    INTEGER PRIMARY KEY,
  name  TEXT NOT NULL,
  at    INTEGER NOT NULL,
  value DOUBLE PRECISION NOT NULL
);
CREATE TABLE settings (
  name  TEXT PRIMARY KEY,
  label TEXT NOT NULL,
  kind  TEXT NOT NULL CHECK (kind IN ('text', 'number', 'toggle')),
  value TEXT NOT NULL
);
CREATE TABLE audit (
  id   INTEGER PRIMARY KEY,
  line TEXT NOT NULL
);
CREATE TABLE grades (
  student TEXT NOT NULL,
  course  TEXT NOT NULL,
  "index" INTEGER,
  "Final" INTEGER,
  PRIMARY KEY (student, course)
);
CREATE TABLE visits (
  id      INTEGER PRIMARY KEY,
  guest   TEXT NOT NULL,
  day     DATE NOT NULL,
  arrived TIMESTAMP NOT NULL,
  gone    TIMESTAMPTZ
);
CREATE TABLE "Größen & Maße" (
  id           INTEGER PRIMARY KEY,
  "größe"      TEXT,
  "Ωμέγα"      INTEGER,
  "имя"        TEXT,
  "名前"       TEXT,
  "🙂"         INTEGER,
  "user"       TEXT,
  "order"      INTEGER,
  "First Name" TEXT,
  "a.b"        TEXT,
  "say ""hi""" TEXT,
  "back\slash" TEXT,
  "1st"        INTEGER,
  "tick`s"     TEXT,
  "it's"       TEXT
);
CREATE TABLE bills (
  id       INTEGER PRIMARY KEY,
  price    DECIMAL(10,2) NOT NULL,
  rate     NUMERIC(4,3),
  quantity BIGINT NOT NULL DEFAULT 1,
  weight   DOUBLE PRECISION,
  note     TEXT
);
CREATE TABLE secrets (
  id    INTEGER PRIMARY KEY,
  token TEXT NOT NULL
);
INSERT INTO teams VALUES (1, 'Storage', 'Ada'), (2, 'Network', NULL), (3, 'Search', 'Lin');
INSERT INTO alerts VALUES
  (1, 'Disk almost full', 'high', 'open', 1, 100, FALSE, 'n1'),
  (2, 'Packet loss', 'critical', 'open', 2, 110, FALSE, 'n2'),
  (3, 'Index lag', 'low', 'resolved', 3, 120, TRUE, NULL),
  (4, 'Disk slow', 'medium', 'acknowledged', 1, 130, FALSE, NULL),
  (5, 'Who owns this?', 'low', 'open', NULL, 140, TRUE, NULL);
INSERT INTO notes VALUES (1, 1, 'looking', 0.5), (2, 1, 'ordered a disk', NULL), (3, 2, 'cable', 2.25);
INSERT INTO metrics VALUES
  (1, 'cpu', 0, 0.5), (2, 'cpu', 1, 0.75), (3, 'cpu', 2, 0.25),
  (4, 'latency', 0, 12.5), (5, 'latency', 1, 14.0), (6, 'latency', 2, 11.0);
INSERT INTO settings VALUES
  ('theme', 'Theme', 'text', 'dark'), ('retention', 'Days to keep', 'number', '30');
INSERT INTO grades VALUES ('Kim', 'Maths', 1, 5), ('Kim', 'Art', 2, 4), ('Lee', 'Maths', 3, NULL);
INSERT INTO visits VALUES
  (1, 'Ada', '2024-02-28', '2024-02-28 23:59:59', '2024-02-29 01:30:00'),
  (2, 'Kim', '2024-02-29', '2024-02-29 00:00:00', NULL),
  (3, 'Lee', '2024-02-29', '2024-02-29 09:30:00.5', '2024-02-29 10:00:00'),
  (4, 'Lin', '2024-12-30', '2024-12-30 12:00:00', '2025-01-01 00:00:00');
INSERT INTO bills VALUES
  (1, 0.1, 0.075, 3, 0.1, 'a\b'), (2, 0.1, NULL, 1, 0.2, 'ab'), (3, 0.1, 1.5, 9007199254740993, NULL, NULL),
  (4, 1234.50, 0.1, 4611686018427387904, 1.5, '\\srv\share');
INSERT INTO secrets VALUES (1, 'hunter2');
INSERT INTO "Größen & Maße" VALUES
  (1, 'XL', 7, 'Анна', '花子', 3, 'ACME\bob', 1, 'Bob', 'x', 'y', '\\srv\share', 2, 't', 'i'),
  (2, 'L', 8, 'Пётр', '太郎', NULL, 'ACMEbob', 2, 'Al', 'C:\50%_off', NULL, NULL, NULL, NULL, NULL);
