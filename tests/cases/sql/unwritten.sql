-- What a model cannot write under the grammars (docs/sql.md): what the guard refuses, and some that
-- it would let pass. Tables: schema.sql; policy: tests/host/sql/world.cpp.
-- as: action
UPDATE alerts SET status = 'closed' WHERE id = 2
UPDATE alerts SET status = 'open'
UPDATE alerts SET status = 'open' WHERE status = 'resolved'
UPDATE alerts SET status = 'open' WHERE id > 2
UPDATE alerts SET status = 'open' WHERE id = 2 OR id = 3
UPDATE alerts SET status = 'open' WHERE id = 2;
UPDATE alerts SET status = 'open' WHERE id = 2; DELETE FROM notes WHERE id = 1
UPDATE alerts SET status = 'open' WHERE id = 2 --
UPDATE alerts SET status = 'open' WHERE id = '2'
UPDATE alerts SET status = 'open' WHERE id = NULL
UPDATE alerts SET status = NULL WHERE id = 2
UPDATE alerts SET status = 'open', status = 'open' WHERE id = 2
UPDATE alerts SET muted = TRUE, status = 'open' WHERE id = 2
UPDATE alerts SET title = 'x' WHERE id = 2
UPDATE alerts SET internal_note = 'x' WHERE id = 2
UPDATE alerts SET opened_at = team_id + 1 WHERE id = 2
UPDATE visits SET day = day + INTERVAL '3 hours' WHERE id = 3
UPDATE visits SET gone = day + INTERVAL '3 days' WHERE id = 3
UPDATE visits SET day = day + INTERVAL '101 days' WHERE id = 3
UPDATE visits SET day = '2023-02-29' WHERE id = 3
UPDATE alerts SET opened_at = opened_at * 1.5 WHERE id = 2
UPDATE alerts SET opened_at = opened_at * -2 WHERE id = 2
UPDATE alerts SET opened_at = opened_at / 2 WHERE id = 2
UPDATE alerts SET opened_at = opened_at + 0 WHERE id = 2
UPDATE alerts SET opened_at = 1.5 WHERE id = 2
UPDATE alerts SET opened_at = 12345678901234567890 WHERE id = 2
UPDATE alerts SET opened_at = 007 WHERE id = 2
UPDATE alerts SET muted = 1 WHERE id = 2
UPDATE alerts SET status = 'open' WHERE id = 2 AND internal_note = 'n1'
UPDATE alerts SET status = 'open' WHERE id = 2 AND muted < TRUE
UPDATE alerts SET status = 'open' WHERE id = 2 AND (muted = TRUE OR severity = 'low')
UPDATE alerts SET status = 'open' WHERE id = 2 AND opened_at < team_id
UPDATE alerts SET status = 'open' WHERE id = 2 AND id IN ()
UPDATE alerts SET status = 'open' WHERE id = (SELECT max(id) FROM alerts)
update alerts set status = 'open' where id = 2
UPDATE alerts SET status='open' WHERE id=2
UPDATE  alerts SET status = 'open' WHERE id = 2
UPDATE teams SET name = 'x' WHERE id = 1
UPDATE secrets SET token = 'x' WHERE id = 1
UPDATE settings SET value = 'a' || 'b' WHERE name = 'theme'
UPDATE settings SET value = 5 WHERE name = 'theme'
INSERT INTO notes (alert_id) VALUES (2)
INSERT INTO notes (body, alert_id) VALUES ('x', 2)
INSERT INTO notes (alert_id, body) VALUES ('x', 2)
INSERT INTO notes (alert_id, body) VALUES (2)
INSERT INTO notes (alert_id, body) VALUES (2, NULL)
INSERT INTO notes (alert_id, body) VALUES (2, 'x'), (3, 'y')
INSERT INTO notes (id, alert_id, body) VALUES (1, 2, 'x')
INSERT INTO notes (alert_id, body) SELECT id, title FROM alerts
INSERT INTO notes VALUES (1, 2, 'x', 3)
DELETE FROM notes
DELETE FROM notes WHERE body = 'x'
DELETE FROM alerts WHERE id = 1
SELECT id FROM alerts
DROP TABLE alerts
-- as: binding
SELECT * FROM alerts
SELECT token FROM secrets
SELECT internal_note FROM alerts
SELECT id FROM alerts WHERE internal_note = 'n1'
SELECT id FROM alerts ORDER BY internal_note
SELECT line FROM audit
SELECT count(*) FROM audit
SELECT id FROM alerts, teams
SELECT id FROM alerts JOIN teams ON alerts.team_id = teams.id
SELECT id FROM alerts WHERE severity = 'urgent'
SELECT id FROM alerts WHERE severity > 'low'
SELECT id FROM alerts WHERE id = 'x'
SELECT id FROM alerts WHERE title LIKE 'Disk'
SELECT id FROM alerts WHERE title LIKE '%'
SELECT id FROM alerts WHERE status LIKE '%open%'
SELECT id FROM alerts WHERE muted
SELECT id FROM alerts WHERE id = 1 OR id = 2
SELECT id FROM alerts WHERE (id = 1)
SELECT id FROM alerts WHERE (id = 1 OR id = 2 OR id = 3 OR id = 4)
SELECT id FROM alerts WHERE (id = 1 OR id = 2) AND (muted = TRUE OR team_id = 1)
SELECT id FROM alerts WHERE (id = 1 OR (id = 2 OR id = 3))
SELECT id FROM alerts WHERE (id = 1 AND muted = TRUE)
SELECT id FROM alerts WHERE (id = 1 OR id = 2) AND id > 1 AND id > 1 AND id > 1 AND id > 1 AND id > 1 AND id > 1
SELECT id FROM alerts WHERE severity = status
SELECT id FROM alerts WHERE id = opened_at
SELECT id FROM alerts WHERE opened_at = title
SELECT id FROM teams WHERE name < on_call
SELECT id FROM teams WHERE name IN (on_call)
SELECT count(*) FROM alerts HAVING count(*) > 1
SELECT severity, count(*) FROM alerts GROUP BY severity ORDER BY severity HAVING count(*) > 1
SELECT severity, count(*) FROM alerts GROUP BY severity HAVING count(*) > 1 AND sum(id) > 3
SELECT severity, count(*) FROM alerts GROUP BY severity HAVING count(*) > sum(id)
SELECT severity, count(*) FROM alerts GROUP BY severity HAVING severity = 'low'
SELECT severity, count(*) FROM alerts GROUP BY severity HAVING max(title) > 'a'
SELECT DISTINCT severity FROM alerts
SELECT sum(DISTINCT opened_at) FROM alerts
SELECT count(DISTINCT *) FROM alerts
SELECT count(DISTINCT internal_note) FROM alerts
SELECT id FROM alerts LIMIT 0
SELECT id FROM alerts LIMIT 10 OFFSET 3
SELECT id FROM alerts ORDER BY id ASC
SELECT id AS a FROM alerts ORDER BY a
SELECT id, count(*) FROM alerts
SELECT severity, count(*) FROM alerts GROUP BY status
SELECT count(*), severity FROM alerts GROUP BY severity
SELECT severity, count(*) FROM alerts GROUP BY severity ORDER BY status
SELECT severity, status, count(*) FROM alerts GROUP BY status, severity
SELECT bucket(at, 60) AS x, count(*) AS y FROM metrics GROUP BY bucket(at, 30)
SELECT bucket(at, 61) AS x, count(*) AS y FROM metrics GROUP BY bucket(at, 61)
SELECT severity AS x, count(*) AS y FROM alerts GROUP BY severity ORDER BY value
SELECT sum(title) FROM alerts
SELECT max(muted) FROM alerts
SELECT lower(title) FROM alerts
SELECT id AS rowid FROM alerts
SELECT id AS pg_id FROM alerts
SELECT id AS case FROM alerts
SELECT id AS "Id" FROM alerts
SELECT final FROM grades
SELECT "index" FROM grades
UPDATE alerts SET status = 'open' WHERE id = 2
-- as: action
UPDATE grades SET "Final" = 1 WHERE student = 'Kim'
DELETE FROM grades WHERE course = 'Art'
UPDATE bills SET price = 0.125 WHERE id = 1
UPDATE bills SET price = 123456789 WHERE id = 1
UPDATE bills SET rate = 10 WHERE id = 1
UPDATE bills SET weight = 1e400 WHERE id = 1
UPDATE bills SET weight = 1e-07 WHERE id = 1
UPDATE bills SET price = 00.5 WHERE id = 1
UPDATE bills SET quantity = 9223372036854775808 WHERE id = 1
UPDATE bills SET quantity = '12' WHERE id = 1
