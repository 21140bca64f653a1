-- What a model can write under the grammars (docs/sql.md), on the tables of schema.sql and with the
-- policy of tests/host/sql/world.cpp.
-- as: action
UPDATE alerts SET status = 'resolved' WHERE id = 2
UPDATE alerts SET status = 'open', team_id = NULL WHERE id IN (1, 2)
UPDATE alerts SET team_id = 3, opened_at = opened_at + 60, muted = TRUE WHERE id = 2 AND status = 'open'
UPDATE alerts SET opened_at = opened_at - 1 WHERE id = 5 AND team_id IS NULL
UPDATE alerts SET muted = FALSE WHERE id IN (1) AND title LIKE '%Disk%'
UPDATE alerts SET muted = FALSE WHERE id = 1 AND severity <> 'low' AND opened_at >= 100 AND team_id IN (1, 2, 3)
UPDATE settings SET value = 'it''s dark' WHERE name = 'theme'
UPDATE settings SET value = '' WHERE name IN ('theme', 'retention') AND kind = 'text'
UPDATE settings SET value = '30' WHERE name = 'retention'
\UPDATE settings SET value = 'two\nlines' WHERE name = 'motd'
UPDATE audit SET line = 'größer als nötig — 50 %' WHERE id = 7
INSERT INTO notes (alert_id, body) VALUES (2, 'ordered a disk')
INSERT INTO notes (alert_id, body, score) VALUES (2, 'ordered a disk', 0.5)
INSERT INTO notes (alert_id, body, score) VALUES (2, 'ordered a disk', NULL)
INSERT INTO notes (alert_id, body, score) VALUES (-2, '', -12)
INSERT INTO audit (line) VALUES ('seen')
DELETE FROM notes WHERE id = 3
DELETE FROM notes WHERE alert_id = 2 AND score < 0.5
DELETE FROM notes WHERE alert_id IN (2, 3) AND body IS NOT NULL
UPDATE visits SET day = '2024-02-29', gone = '2024-02-29 09:30' WHERE id = 3
UPDATE visits SET day = day + INTERVAL '2 weeks' WHERE id = 3
UPDATE visits SET day = day - INTERVAL '1 month', gone = gone - INTERVAL '45 minutes' WHERE id = 3
-- as: binding
SELECT id, title, severity, status FROM alerts
SELECT id, title, severity, status FROM alerts ORDER BY id
SELECT id, title, severity, status FROM alerts WHERE severity = 'critical' ORDER BY opened_at DESC
SELECT id, title FROM alerts WHERE severity IN ('high', 'critical') AND status <> 'resolved' ORDER BY severity, opened_at DESC LIMIT 10
SELECT title FROM alerts WHERE title LIKE '%disk%' AND muted = FALSE
SELECT id FROM alerts WHERE opened_at > 100 AND opened_at <= 120 AND id >= 1 AND id < 99
SELECT id, title AS value FROM alerts ORDER BY value
SELECT id AS number, title AS what FROM alerts WHERE team_id = 2 LIMIT 5
SELECT at AS x, value AS y FROM metrics WHERE name = 'cpu' ORDER BY at
SELECT at AS x, value AS y FROM metrics WHERE name = 'cpu' ORDER BY x
SELECT at AS x, value AS y FROM metrics WHERE name = 'cpu' ORDER BY y DESC, at LIMIT 100
SELECT value FROM metrics WHERE name = 'cpu' ORDER BY at DESC LIMIT 1
SELECT bucket(at, 60) AS x, value AS y FROM metrics ORDER BY x
SELECT name, label, kind, value FROM settings ORDER BY name
SELECT count(*) FROM alerts
SELECT count(*) AS value FROM alerts WHERE status = 'open'
SELECT round(avg(value), 2) AS value FROM metrics WHERE name = 'latency'
SELECT min(value), max(value), avg(value), sum(value) FROM metrics
SELECT min(opened_at) AS earliest, max(title) AS last_title, count(*) FROM alerts
SELECT count(*) AS open_alerts, max(opened_at) AS newest FROM alerts WHERE status = 'open' LIMIT 1
SELECT severity, count(*) FROM alerts GROUP BY severity
SELECT severity, count(*) FROM alerts GROUP BY severity ORDER BY count(*) DESC
SELECT severity, count(*) FROM alerts GROUP BY severity ORDER BY severity
SELECT severity AS x, count(*) AS y FROM alerts GROUP BY severity ORDER BY y DESC
SELECT severity AS x, count(*) AS y FROM alerts GROUP BY severity ORDER BY x
SELECT team_id AS team, count(*) AS total FROM alerts WHERE status = 'open' GROUP BY team_id ORDER BY total DESC, team_id LIMIT 3
SELECT team_id, count(*) AS open_alerts, max(opened_at) AS newest FROM alerts GROUP BY team_id ORDER BY max(opened_at) DESC
SELECT name, round(avg(value), 1) AS value FROM metrics GROUP BY name ORDER BY value
SELECT name, min(value), avg(value) AS y, max(value) FROM metrics GROUP BY name ORDER BY y
SELECT severity, status, count(*) AS total FROM alerts GROUP BY severity, status ORDER BY severity, count(*) DESC
SELECT status, severity FROM alerts GROUP BY status, severity
SELECT status FROM alerts GROUP BY status
SELECT bucket(at, 60) AS x, count(*) AS y FROM metrics GROUP BY bucket(at, 60) ORDER BY x
SELECT bucket(at, 60), avg(value) FROM metrics WHERE name = 'cpu' GROUP BY bucket(at, 60) ORDER BY bucket(at, 60) DESC LIMIT 24
SELECT bucket(opened_at, 3600) AS hour, count(*) AS alerts FROM alerts GROUP BY bucket(opened_at, 3600)
SELECT student, course, index, "Final" FROM grades WHERE "Final" > 3 ORDER BY "Final" DESC, student
SELECT "Final", count(*) FROM grades GROUP BY "Final" ORDER BY "Final"
SELECT avg("Final") AS value FROM grades WHERE course = 'Maths'
SELECT id, name, on_call FROM teams WHERE on_call IS NOT NULL ORDER BY name
SELECT id, title, severity, status, team_id, opened_at, muted, id, id, id, id, id FROM alerts
SELECT id, body, score FROM notes WHERE score IN (0.5, 1) AND body = 'it''s'
SELECT alert_id, count(*) AS total FROM notes GROUP BY alert_id ORDER BY count(*) DESC LIMIT 5
-- Names of every kind, backslashes, some of many columns.
-- as: action
UPDATE "Größen & Maße" SET "größe" = 'L', "say ""hi""" = '\\srv\share' WHERE "user" = 'ACME\bob'
INSERT INTO "Größen & Maße" (id, "größe", "имя") VALUES (9, 'a\', 'b')
INSERT INTO "Größen & Maße" (id, "名前", "order", "it's") VALUES (9, 'b', 4, NULL)
DELETE FROM "Größen & Maße" WHERE "имя" = 'Анна'
-- as: binding
SELECT "größe", "1st", "a.b" FROM "Größen & Maße" WHERE "user" LIKE '%ACME\b%' ORDER BY "Ωμέγα" DESC
-- as: action
UPDATE grades SET "Final" = 1 WHERE student = 'Kim' AND course = 'Art'
DELETE FROM grades WHERE student IN ('Kim', 'Lee') AND course = 'Maths' AND "Final" IS NULL
UPDATE bills SET weight = 0.0000001 WHERE id = 1
UPDATE bills SET weight = -10000000000000000000000.0, note = 'a\b' WHERE note = '\\srv\share'
UPDATE bills SET weight = 0.5 WHERE id = '9007199254740993'
UPDATE bills SET quantity = 9223372036854775807, weight = 179769313486231570000.0 WHERE id IN (1, 2)
UPDATE bills SET price = 12345678.25, rate = -0.125 WHERE price = '12345678901234567.89'
INSERT INTO bills (price) VALUES (0.1)
-- as: binding
SELECT id FROM bills WHERE note LIKE '%\%' AND weight >= 2.2606631148481385

-- Choices, columns beside each other, groups of some size, factors.
-- as: binding
SELECT id FROM alerts WHERE (id = 1 OR id = 2)
SELECT id, title FROM alerts WHERE status = 'open' AND (severity = 'critical' OR opened_at < 100 OR team_id IS NULL) AND muted = FALSE ORDER BY id
SELECT count(*) AS value FROM alerts WHERE (title LIKE '%disk%' OR team_id IN (1, 2)) AND id > 1 AND id > 1 AND id > 1 AND id > 1 AND id > 1
SELECT id FROM alerts WHERE id > 1 AND id > 1 AND id > 1 AND id > 1 AND id > 1 AND (id = 7 OR muted = TRUE)
SELECT id, name FROM teams WHERE name = on_call
SELECT id, name FROM teams WHERE on_call <> name AND id > 1
SELECT id FROM bills WHERE price > weight AND quantity <= price AND rate <> 0.5
SELECT id FROM bills WHERE (price < weight OR weight IS NULL) ORDER BY price DESC
SELECT id, guest FROM visits WHERE gone >= arrived
SELECT id FROM alerts WHERE title LIKE 'Disk%'
SELECT id FROM alerts WHERE title LIKE '%full'
SELECT name, count(*) FROM metrics GROUP BY name HAVING count(*) > 1
SELECT name, avg(value) AS y FROM metrics WHERE at > 0 GROUP BY name HAVING avg(value) >= 0.5 ORDER BY y DESC LIMIT 3
SELECT status AS x, count(*) AS y FROM alerts GROUP BY status HAVING max(opened_at) <> 120 ORDER BY x
SELECT severity, status, count(*) FROM alerts GROUP BY severity, status HAVING sum(opened_at) <= 200 ORDER BY severity
SELECT team_id FROM alerts GROUP BY team_id HAVING count(*) = 2
SELECT bucket(at, 60) AS x, count(*) AS y FROM metrics GROUP BY bucket(at, 60) HAVING min(value) < 0.5 ORDER BY x
SELECT count(DISTINCT team_id) AS value FROM alerts
SELECT severity, count(*), count(DISTINCT team_id) AS teams FROM alerts GROUP BY severity ORDER BY count(DISTINCT team_id) DESC
SELECT severity AS x, count(DISTINCT title) AS y FROM alerts GROUP BY severity HAVING count(*) > 1 ORDER BY y DESC
-- as: action
UPDATE alerts SET opened_at = opened_at * 2 WHERE id = 2
UPDATE alerts SET muted = FALSE WHERE id IN (1) AND title LIKE 'Disk%'
UPDATE bills SET price = price * 1.1 WHERE id = 1
UPDATE bills SET price = price * 3, rate = rate * 0.88, quantity = quantity * 2, weight = weight * 1.05 WHERE id IN (1, 4)
