CREATE TABLE alerts (
  id       INTEGER PRIMARY KEY,
  title    TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('low', 'medium', 'high', 'critical')),
  status   TEXT NOT NULL CHECK (status IN ('open', 'acknowledged', 'resolved'))
);

-- One sample of one measurement; `at` counts minutes.
CREATE TABLE metrics (
  id    INTEGER PRIMARY KEY,
  name  TEXT NOT NULL,
  at    INTEGER NOT NULL,
  value REAL NOT NULL
);

CREATE TABLE settings (
  name  TEXT PRIMARY KEY,
  label TEXT NOT NULL,
  kind  TEXT NOT NULL CHECK (kind IN ('text', 'number', 'toggle')),
  value TEXT NOT NULL
);
