-- Statements that the guard allows. The format is explained in docs/sql.md.

-- as: binding
-- Plain reading.
SELECT id, title, severity, status FROM alerts
--> SELECT id, title, severity, status FROM alerts
SELECT id, title FROM alerts;
--> SELECT id, title FROM alerts
select ID, Title from ALERTS where Status = 'open'
--> SELECT id, title FROM alerts WHERE status = 'open'
SELECT * FROM metrics
--> SELECT id, name, at, value FROM metrics
SELECT m.* FROM metrics m
--> SELECT id, name, at, value FROM metrics AS m
SELECT m.*, m.value * 2 AS twice FROM metrics AS m
SELECT "index", "Final" FROM grades
--> SELECT "index", "Final" FROM grades
SELECT final FROM grades
--> SELECT "Final" FROM grades
SELECT DISTINCT severity FROM alerts
SELECT DISTINCT severity FROM alerts ORDER BY severity
--> SELECT DISTINCT severity FROM alerts ORDER BY severity NULLS LAST
SELECT title AS "Total count" FROM alerts
--> SELECT title AS "Total count" FROM alerts
SELECT title AS key, id AS "order" FROM alerts
--> SELECT title AS "key", id AS "order" FROM alerts
SELECT 1
--> SELECT 1 AS value
SELECT 'it''s' AS text, 12 AS whole, 0.5 AS half, TRUE AS yes, NULL AS nothing
SELECT title FROM alerts WHERE title = 'Überlauf – ☃'
SELECT -5 AS a, - -5 AS b, -(5) AS c, 3 - -5 AS d, -2.5 AS e, -id AS f FROM teams
--> SELECT -5 AS a, 5 AS b, -5 AS c, 3 - (-5) AS d, -2.5 AS e, -id AS f FROM teams
SELECT 9000000000 AS big, -9000000000 AS small
--> SELECT 9000000000 AS big, -9000000000 AS small
SELECT 1e3 AS thousand, .5 AS half
(SELECT id FROM alerts)
--> SELECT id FROM alerts
SELECT id, id FROM alerts
--> SELECT id, id AS id_2 FROM alerts
SELECT id AS a, title AS A, status AS a_2 FROM alerts
--> SELECT id AS a, title AS a_3, status AS a_2 FROM alerts

-- Conditions.
SELECT id FROM alerts WHERE severity IN ('high', 'critical') AND status <> 'resolved'
SELECT id FROM alerts WHERE severity != 'low'
--> SELECT id FROM alerts WHERE severity <> 'low'
SELECT id FROM alerts WHERE opened_at >= 100 AND opened_at < 130 OR id = 5
--> SELECT id FROM alerts WHERE (opened_at >= 100 AND opened_at < 130) OR id = 5
SELECT id FROM alerts WHERE NOT (status = 'open' OR status = 'resolved')
SELECT id FROM alerts WHERE team_id IS NULL
SELECT id FROM alerts WHERE team_id IS NOT NULL AND muted
SELECT id FROM alerts WHERE muted = TRUE
SELECT id FROM alerts WHERE muted IS NOT TRUE
SELECT id FROM alerts WHERE NOT muted
SELECT id FROM alerts WHERE opened_at BETWEEN 100 AND 120
SELECT id FROM alerts WHERE opened_at NOT BETWEEN 100 AND 120
SELECT id FROM alerts WHERE id NOT IN (1, 2, 3)
SELECT id FROM alerts WHERE title LIKE '%Disk%'
--> SELECT id FROM alerts WHERE lower(title) LIKE '%disk%'
SELECT id FROM alerts WHERE title ILIKE 'disk%'
--> SELECT id FROM alerts WHERE lower(title) LIKE 'disk%'
SELECT id FROM alerts WHERE title NOT LIKE '%a!_b%' ESCAPE '!'
SELECT id FROM alerts WHERE title LIKE '%' || severity || '%' ESCAPE '!'
SELECT id FROM alerts WHERE title LIKE '%Ä%'
--> SELECT id FROM alerts WHERE lower(title) LIKE lower('%Ä%')
SELECT id FROM alerts WHERE team_id IS DISTINCT FROM 1
SELECT id FROM alerts WHERE team_id IS NOT DISTINCT FROM NULL
SELECT id FROM alerts WHERE id = '2'
--> SELECT id FROM alerts WHERE id = 2
SELECT id FROM alerts WHERE (id + 1) * 2 > 6 - 1
SELECT id FROM alerts WHERE 2 = id

-- Values.
SELECT id, title || ' (' || severity || ')' AS label FROM alerts
SELECT id, title || ' #' || id AS label FROM alerts
SELECT id % 2 AS odd, 7 / 2 AS three FROM alerts
--> SELECT id % 2 AS odd, 7 / 2 AS three FROM alerts
SELECT value / at AS speed FROM metrics
--> SELECT value / nullif(at, 0) AS speed FROM metrics
SELECT value / NULLIF(at, 0) AS speed FROM metrics
SELECT CASE severity WHEN 'critical' THEN 1 WHEN 'high' THEN 2 ELSE 3 END AS rank, title FROM alerts ORDER BY rank
SELECT CASE WHEN opened_at > 120 THEN 'new' WHEN muted THEN 'muted' ELSE 'old' END AS age FROM alerts
SELECT COALESCE(on_call, 'nobody') AS on_call FROM teams
SELECT coalesce(on_call, name, 'nobody') FROM teams
SELECT IFNULL(on_call, 'nobody') AS on_call FROM teams
--> SELECT coalesce(on_call, 'nobody') AS on_call FROM teams
SELECT GREATEST(opened_at, 115) AS at, LEAST(id, 3) AS small FROM alerts
SELECT GREATEST(id, team_id, 2) AS most FROM alerts
SELECT NULLIF(status, 'open') AS closed FROM alerts
SELECT CAST(value AS integer) AS days FROM settings WHERE kind = 'number'
--> SELECT CAST(value AS bigint) AS days FROM settings WHERE kind = 'number'
SELECT id::text AS id FROM alerts
--> SELECT CAST(id AS text) AS id FROM alerts
SELECT CAST(id AS real) / 2 AS half FROM alerts
--> SELECT CAST(id AS double precision) / 2 AS half FROM alerts
SELECT CAST(round(value) AS integer) AS whole FROM metrics
SELECT lower(title), upper(severity), length(title) FROM alerts
SELECT trim(title) AS t, ltrim(title, 'D') AS l, rtrim(title) AS r FROM alerts
SELECT substr(title, 1, 4) AS start, substring(title, 6) AS rest, replace(title, 'Disk', 'Disc') AS disc FROM alerts
SELECT substring(title from 1 for 4) AS start FROM alerts
--> SELECT substr(title, 1, 4) AS start FROM alerts
SELECT abs(-id) AS positive, round(value, 1) AS rounded, ceil(value) AS up, floor(value) AS down FROM metrics
SELECT 'a' || 'b' AS ab
SELECT 1 + 2 - 3 + 4 * 5 / 6 - (7 - 8) AS a, 2 * (3 + 4) * 5 AS b, 100 / 5 / 2 AS c, 7 - (2 - 1) AS d, 8 / (4 / 2) AS e
--> SELECT 1 + 2 - 3 + 4 * 5 / 6 - (7 - 8) AS a, 2 * (3 + 4) * 5 AS b, 100 / 5 / 2 AS c, 7 - (2 - 1) AS d, 8 / nullif(4 / 2, 0) AS e
SELECT id || 'x' || (id + 1) || 'y' AS t FROM teams
--> SELECT id || 'x' || (id + 1) || 'y' AS t FROM teams
SELECT 1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1 AS sum

SELECT to_char(value, '999,990.00') AS v, to_char(at, 'FM00') AS a, to_char(at + 1, '9') AS n FROM metrics
--> SELECT to_char(round(CAST(value AS numeric), 2), '999,990.00') AS v, to_char(at, 'FM00') AS a, to_char(int8(at + 1), '9') AS n FROM metrics
SELECT to_char(price, '0.00') AS p, to_char(price * quantity, 'FM999,990.0') AS t, to_char(sum(price), '990.00 %') AS s, to_char(round(weight, 1), '0.0') AS w FROM bills GROUP BY id
--> SELECT to_char(round(CAST(price AS numeric), 2), '0.00') AS p, to_char(round(round(CAST(price * quantity AS numeric), 2), 1), 'FM999,990.0') AS t, to_char(round(CAST(sum(price) AS numeric), 2), '990.00 %') AS s, to_char(round(CAST(weight AS numeric), 1), '0.0') AS w FROM bills GROUP BY id
SELECT to_char(count(*), '999,999') AS n, to_char(sum(id), '$9') AS s, to_char(avg(id), '9.9') AS a, to_char(-5, 'FM9') AS five FROM alerts
--> SELECT to_char(count(*), '999,999') AS n, to_char(int8(sum(id)), '$9') AS s, to_char(round(CAST(avg(id) AS numeric), 1), '9.9') AS a, to_char(-5, 'FM9') AS five FROM alerts
SELECT to_char(arrived, 'FMDay, DD Mon YYYY "at" HH24:MI:SS.MS') AS t, to_char(day, 'IYYY-IW') AS w, count(*) AS n FROM visits GROUP BY arrived, day ORDER BY to_char(arrived, 'YYYY-MM')
SELECT concat(guest, ' ', to_char(arrived, 'HH24:MI'), ' ', to_char(id, 'FM000')) AS label FROM visits WHERE to_char(day, 'ID') <> '7' AND to_char(now() + INTERVAL '1 month', 'YYYY') > '2023'
SELECT left(title, 4) AS l, RIGHT(title, -2) AS r, "left"('x', 0) AS n FROM alerts WHERE left(title, 1) = 'D'
--> SELECT "left"(title, 4) AS l, "right"(title, -2) AS r, "left"('x', 0) AS n FROM alerts WHERE "left"(title, 1) = 'D'
SELECT left(title, 3) FROM alerts
--> SELECT "left"(title, 3) AS "left" FROM alerts
SELECT concat(title, ' #', alerts.id, NULL, team_id + 1) AS label, concat_ws(', ', name, on_call) AS who FROM alerts JOIN teams ON teams.id = alerts.team_id
--> SELECT concat(title, ' #', alerts.id, NULL, int8(team_id + 1)) AS label, concat_ws(', ', name, on_call) AS who FROM alerts JOIN teams ON teams.id = alerts.team_id
SELECT concat(guest, day, 'x') AS c, concat_ws(NULL, guest, id) AS n, concat(1) AS one FROM visits
SELECT id FROM alerts ORDER BY title COLLATE "C" DESC, id
--> SELECT id FROM alerts ORDER BY title COLLATE "C" DESC NULLS FIRST, id NULLS LAST
SELECT id, title FROM alerts WHERE title COLLATE "C" >= 'D' AND 'E' > title COLLATE "C" AND title COLLATE "C" BETWEEN 'A' AND 'Z' AND title <> 'a' COLLATE "C"
--> SELECT id, title FROM alerts WHERE title COLLATE "C" >= 'D' AND 'E' > title COLLATE "C" AND title COLLATE "C" BETWEEN 'A' AND 'Z' AND title <> 'a' COLLATE "C"
SELECT id, row_number() OVER (PARTITION BY severity ORDER BY (title || 'x') COLLATE "C") AS n FROM alerts
SELECT title, count(*) AS n FROM alerts GROUP BY title ORDER BY alerts.title COLLATE "C"

-- Aggregates.
SELECT bucket(at, 2) AS at, avg(value) AS mean FROM metrics WHERE name = 'cpu' GROUP BY bucket(at, 2) ORDER BY 1
--> SELECT at - (at % 2 + 2) % 2 AS at, avg(value) AS mean FROM metrics WHERE name = 'cpu' GROUP BY at - (at % 2 + 2) % 2 ORDER BY 1 NULLS LAST
SELECT bucket(opened_at - 125, 10) * 2 AS b, bucket(-7, 5) AS c FROM alerts
SELECT count(*) FROM alerts
--> SELECT count(*) AS count FROM alerts
SELECT count(*) AS open FROM alerts WHERE status = 'open'
SELECT count(DISTINCT severity) AS kinds, count(team_id) AS owned FROM alerts
SELECT severity, count(*) AS n FROM alerts GROUP BY severity ORDER BY n DESC, severity
--> SELECT severity, count(*) AS n FROM alerts GROUP BY severity ORDER BY n DESC NULLS FIRST, severity NULLS LAST
SELECT severity, count(*) FROM alerts GROUP BY 1 ORDER BY 2 DESC
--> SELECT severity, count(*) AS count FROM alerts GROUP BY severity ORDER BY 2 DESC NULLS FIRST
SELECT upper(severity) AS s, count(*) AS n FROM alerts GROUP BY s
--> SELECT upper(severity) AS s, count(*) AS n FROM alerts GROUP BY upper(severity)
SELECT name, avg(value) AS mean, min(value) AS low, max(value) AS high, sum(value) AS total FROM metrics GROUP BY name
SELECT name, round(avg(value), 2) AS mean FROM metrics GROUP BY name HAVING count(*) > 2
SELECT count(*) FROM alerts HAVING count(*) > 1
--> SELECT count(*) AS count FROM alerts HAVING count(*) > 1
SELECT max(opened_at) - min(opened_at) AS span FROM alerts WHERE muted HAVING max(opened_at) > 100 AND sum(id) IS NOT NULL ORDER BY count(*)
SELECT title, (SELECT max(score) FROM notes HAVING count(*) > 2) AS s FROM alerts WHERE EXISTS (SELECT min(id) FROM notes HAVING count(*) > 9)
SELECT at - at % 2 AS bucket, avg(value) AS mean FROM metrics WHERE name = 'cpu' GROUP BY at - at % 2 ORDER BY bucket
SELECT count(*) FILTER (WHERE status = 'open') AS open, count(*) FILTER (WHERE status = 'resolved') AS done FROM alerts
SELECT sum(CASE WHEN muted THEN 1 ELSE 0 END) AS muted FROM alerts
SELECT sum(opened_at) / count(*) AS mean FROM alerts
--> SELECT CAST(sum(opened_at) AS bigint) / nullif(count(*), 0) AS mean FROM alerts
SELECT 100.0 * sum(CASE WHEN status = 'resolved' THEN 1 ELSE 0 END) / count(*) AS percent FROM alerts
SELECT max(opened_at) - min(opened_at) AS span FROM alerts
SELECT sum(DISTINCT team_id) AS s FROM alerts
SELECT id, title, count(*) AS n FROM alerts GROUP BY id
SELECT coalesce(sum(score), 0) AS total FROM notes
SELECT GREATEST(max(id), 3) AS m FROM alerts

SELECT team_id, string_agg(title, ', ' ORDER BY opened_at DESC, title) AS titles FROM alerts GROUP BY team_id
--> SELECT team_id, string_agg(title, ', ' ORDER BY opened_at DESC NULLS FIRST, title NULLS LAST) AS titles FROM alerts GROUP BY team_id
SELECT string_agg(title, '') AS titles, string_agg(DISTINCT severity, '|') AS s FROM alerts
--> SELECT string_agg(title, '' ORDER BY title NULLS LAST) AS titles, string_agg(DISTINCT severity, '|' ORDER BY severity NULLS LAST) AS s FROM alerts
SELECT STRING_AGG(DISTINCT upper(severity), ',' ORDER BY upper(severity) DESC) FILTER (WHERE muted) FROM alerts
--> SELECT string_agg(DISTINCT upper(severity), ',' ORDER BY upper(severity) DESC NULLS FIRST) FILTER (WHERE muted) AS string_agg FROM alerts
SELECT string_agg(title || ' (' || id || ')', '; ' ORDER BY CASE WHEN muted THEN 1 ELSE 0 END, severity COLLATE "C" DESC NULLS LAST) AS t FROM alerts HAVING string_agg(title, ',') <> ''
SELECT t.name, (SELECT string_agg(a.title, ', ' ORDER BY a.id) FROM alerts a WHERE a.team_id = t.id) AS alerts FROM teams t
SELECT string_agg(CAST(id AS text), ',' ORDER BY id) AS ids, string_agg(note, ',' ORDER BY price + 0.1) AS n FROM bills
--> SELECT string_agg(CAST(id AS text), ',' ORDER BY id NULLS LAST, CAST(id AS text) NULLS LAST) AS ids, string_agg(note, ',' ORDER BY round(CAST(price + 0.1 AS numeric), 2) NULLS LAST, note NULLS LAST) AS n FROM bills

-- Joins.
SELECT a.id, a.title, t.name AS team FROM alerts a JOIN teams t ON t.id = a.team_id
SELECT a.id, a.title, t.name AS team FROM alerts a LEFT JOIN teams t ON t.id = a.team_id ORDER BY a.id
SELECT alerts.id, teams.name FROM alerts INNER JOIN teams ON alerts.team_id = teams.id
SELECT t.name, count(a.id) AS alerts FROM teams t LEFT JOIN alerts a ON a.team_id = t.id GROUP BY t.id, t.name ORDER BY alerts DESC
SELECT a.id, t.name FROM alerts a, teams t WHERE a.team_id = t.id
SELECT a.id, t.name FROM alerts a CROSS JOIN teams t
SELECT t.name, a.title FROM alerts a RIGHT JOIN teams t ON t.id = a.team_id
SELECT t.name, a.title FROM alerts a FULL JOIN teams t ON t.id = a.team_id
SELECT id, name, body FROM teams JOIN notes USING (id)
SELECT * FROM teams JOIN notes USING (id)
--> SELECT id, teams.name, teams.on_call, notes.alert_id, notes.body, notes.score FROM teams JOIN notes USING (id)
SELECT name, body FROM teams NATURAL JOIN notes
--> SELECT name, body FROM teams JOIN notes USING (id)
SELECT a.title, n.body, t.name FROM alerts a JOIN notes n ON n.alert_id = a.id LEFT JOIN teams t ON t.id = a.team_id AND t.on_call IS NOT NULL
SELECT x.id AS a, y.id AS b FROM alerts x JOIN alerts y ON x.team_id = y.team_id AND x.id < y.id
SELECT * FROM teams t JOIN notes n ON n.id = t.id
--> SELECT t.id, t.name, t.on_call, n.id AS id_2, n.alert_id, n.body, n.score FROM teams AS t JOIN notes AS n ON n.id = t.id

SELECT x.id, y.title, y.id AS other FROM alerts x JOIN alerts y ON x.id = y.id ORDER BY id, title, other
--> SELECT x.id, y.title, y.id AS other FROM alerts AS x JOIN alerts AS y ON x.id = y.id ORDER BY x.id NULLS LAST, y.title NULLS LAST, other NULLS LAST
SELECT DISTINCT x.id FROM alerts x JOIN alerts y ON x.id = y.id ORDER BY id

-- Subqueries.
SELECT id FROM alerts WHERE team_id IN (SELECT id FROM teams WHERE on_call IS NOT NULL)
SELECT id FROM alerts WHERE team_id NOT IN (SELECT id FROM teams WHERE on_call IS NOT NULL)
SELECT name FROM teams t WHERE EXISTS (SELECT 1 FROM alerts a WHERE a.team_id = t.id AND a.status = 'open')
SELECT name FROM teams t WHERE NOT EXISTS (SELECT * FROM notes n WHERE n.id = t.id)
SELECT id, (SELECT name FROM teams WHERE teams.id = alerts.team_id) AS team FROM alerts
--> SELECT id, (SELECT name FROM teams WHERE teams.id = alerts.team_id LIMIT 1) AS team FROM alerts
SELECT id FROM alerts WHERE opened_at = (SELECT max(opened_at) FROM alerts)
--> SELECT id FROM alerts WHERE opened_at = (SELECT max(opened_at) AS max FROM alerts)
SELECT s.severity, s.n FROM (SELECT severity, count(*) AS n FROM alerts GROUP BY severity) AS s WHERE s.n > 1
SELECT avg(n) AS mean FROM (SELECT count(*) AS n FROM alerts GROUP BY team_id) counts
SELECT a.id FROM alerts a JOIN (SELECT alert_id, max(id) AS last FROM notes GROUP BY alert_id) n ON n.alert_id = a.id
SELECT (SELECT count(*) FROM alerts) AS alerts, (SELECT count(*) FROM teams) AS teams
SELECT id FROM alerts a WHERE a.opened_at > (SELECT avg(b.opened_at) FROM alerts b WHERE b.severity = a.severity)

-- WITH that reads.
WITH open AS (SELECT id, team_id FROM alerts WHERE status = 'open') SELECT t.name, count(*) AS n FROM open o JOIN teams t ON t.id = o.team_id GROUP BY t.name
WITH a AS (SELECT id FROM alerts), b AS (SELECT id FROM a WHERE id > 1) SELECT count(*) AS n FROM b
WITH c(kind, n) AS (SELECT severity, count(*) FROM alerts GROUP BY severity) SELECT kind, n FROM c ORDER BY n DESC LIMIT 2
SELECT id FROM alerts WHERE id IN (WITH x AS (SELECT id FROM notes) SELECT id FROM x)

-- Set operations.
SELECT title AS t FROM alerts UNION SELECT name FROM teams ORDER BY t
SELECT id FROM alerts UNION ALL SELECT id FROM teams UNION ALL SELECT id FROM notes ORDER BY 1 LIMIT 5
SELECT id FROM alerts EXCEPT SELECT id FROM teams
SELECT id FROM alerts INTERSECT SELECT id FROM teams ORDER BY id DESC
SELECT s.id FROM (SELECT id FROM alerts UNION SELECT id FROM teams) AS s WHERE s.id > 2

-- Order and limits.
SELECT id, opened_at FROM alerts ORDER BY opened_at DESC LIMIT 3
SELECT id, team_id FROM alerts ORDER BY team_id NULLS FIRST, id
SELECT id, team_id FROM alerts ORDER BY team_id DESC NULLS LAST, 1
SELECT id FROM alerts ORDER BY id LIMIT 2 OFFSET 1
SELECT id FROM alerts ORDER BY id OFFSET 3
--> SELECT id FROM alerts ORDER BY id NULLS LAST LIMIT 9223372036854775807 OFFSET 3
SELECT id FROM alerts ORDER BY id FETCH FIRST 2 ROWS ONLY
--> SELECT id FROM alerts ORDER BY id NULLS LAST LIMIT 2
SELECT id FROM alerts ORDER BY id LIMIT ALL
--> SELECT id FROM alerts ORDER BY id NULLS LAST
SELECT id FROM alerts ORDER BY lower(title), CASE status WHEN 'open' THEN 0 ELSE 1 END
SELECT severity FROM alerts GROUP BY severity ORDER BY count(*) DESC, severity

-- Window functions.
SELECT id, row_number() OVER (ORDER BY opened_at DESC) AS place FROM alerts
SELECT id, severity, rank() OVER (PARTITION BY severity ORDER BY opened_at) AS place FROM alerts
SELECT at, value, avg(value) OVER (ORDER BY at ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS smooth FROM metrics WHERE name = 'cpu'
SELECT at, value - lag(value) OVER (ORDER BY at) AS change FROM metrics WHERE name = 'cpu'
SELECT at, lead(value, 1, 0) OVER w AS next, first_value(value) OVER w AS first FROM metrics WHERE name = 'cpu' WINDOW w AS (PARTITION BY name ORDER BY at)
SELECT severity, count(*) AS n, sum(count(*)) OVER () AS total FROM alerts GROUP BY severity
SELECT name, value, sum(value) OVER (PARTITION BY name) AS total, count(*) OVER () AS all_rows FROM metrics
SELECT id, ntile(2) OVER (ORDER BY id) AS half, dense_rank() OVER (ORDER BY team_id) AS d FROM alerts
SELECT at, sum(value) OVER (ORDER BY at GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING) AS s FROM metrics WHERE name = 'cpu'
SELECT r.id FROM (SELECT id, row_number() OVER (PARTITION BY team_id ORDER BY opened_at DESC) AS n FROM alerts) AS r WHERE r.n = 1

-- as: action
UPDATE alerts SET status = 'resolved' WHERE id = 2
--> UPDATE alerts SET status = 'resolved' WHERE id = 2
update Alerts set STATUS='resolved' where ID=2;
--> UPDATE alerts SET status = 'resolved' WHERE id = 2
UPDATE alerts SET status = 'resolved' WHERE id IN (1, 2)
UPDATE alerts SET status = 'acknowledged' WHERE id = 1 AND status = 'open'
UPDATE alerts SET status = 'acknowledged', muted = TRUE WHERE 1 = id
UPDATE alerts AS a SET status = 'open' WHERE a.id = 3
UPDATE alerts SET status = 'resolved' WHERE id = '2'
--> UPDATE alerts SET status = 'resolved' WHERE id = 2
UPDATE alerts SET opened_at = opened_at + 1 WHERE id = 1
UPDATE alerts SET opened_at = (SELECT max(opened_at) FROM alerts) WHERE id = 1
UPDATE alerts SET team_id = NULL WHERE id = 1
UPDATE alerts SET team_id = (SELECT id FROM teams WHERE name = 'Search') WHERE id = 1 RETURNING id, team_id
UPDATE alerts SET muted = NOT muted WHERE id = 1
UPDATE alerts SET status = CASE WHEN status = 'open' THEN 'resolved' ELSE 'open' END WHERE id = 1
UPDATE alerts SET status = 'resolved' WHERE id = 2 RETURNING id, status
UPDATE alerts a SET status = 'resolved' WHERE a.id = 2 RETURNING a.id AS key, upper(a.status) AS now
--> UPDATE alerts AS a SET status = 'resolved' WHERE a.id = 2 RETURNING id AS "key", upper(status) AS now
UPDATE settings SET value = 'light' WHERE name = 'theme'
UPDATE settings SET value = 45 WHERE name = 'retention'
--> UPDATE settings SET value = CAST(45 AS text) WHERE name = 'retention'
UPDATE settings SET value = 'it''s; DROP TABLE alerts -- ' WHERE name = 'theme'
UPDATE audit SET line = 'x' WHERE id = 1
WITH lost AS (SELECT id FROM alerts WHERE team_id IS NULL) UPDATE alerts SET team_id = 1 WHERE id = 5 AND id IN (SELECT id FROM lost)
INSERT INTO notes (alert_id, body) VALUES (2, 'checked the cable')
--> INSERT INTO notes (alert_id, body) VALUES (2, 'checked the cable')
INSERT INTO notes (alert_id, body, score) VALUES (2, 'a', 1), (3, 'b', NULL)
INSERT INTO notes (alert_id, body, score) VALUES ((SELECT max(id) FROM alerts), lower('LOUD'), 1 + 0.5)
\INSERT INTO notes (alert_id, body) VALUES (2, 'two\nlines')
INSERT INTO notes (alert_id, body) SELECT id, title FROM alerts WHERE status = 'open'
INSERT INTO notes (alert_id, body) VALUES (4, 'x') RETURNING id, body
INSERT INTO notes (alert_id, body) VALUES (4, 'x') RETURNING *
INSERT INTO audit (line) VALUES ('seen')
INSERT INTO bills (id, price, note) VALUES (1, 2.5, 'x') ON CONFLICT (id) DO UPDATE SET price = excluded.price, note = EXCLUDED.note
--> INSERT INTO bills (id, price, note) VALUES (1, 2.5, 'x') ON CONFLICT (id) DO UPDATE SET price = excluded.price, note = excluded.note
INSERT INTO bills (id, price, note) VALUES (1, 2.5, 'x'), (9, 1, NULL) ON CONFLICT (ID) DO NOTHING RETURNING id
--> INSERT INTO bills (id, price, note) VALUES (1, 2.5, 'x'), (9, 1, NULL) ON CONFLICT (id) DO NOTHING RETURNING id
INSERT INTO bills (id, price, quantity) VALUES (1, 2, 3) ON CONFLICT (id) DO UPDATE SET price = bills.price + excluded.price, quantity = bills.quantity + 1, note = 'again', rate = NULL WHERE bills.quantity < 100 AND excluded.price > 0 RETURNING id, price
--> INSERT INTO bills (id, price, quantity) VALUES (1, 2, 3) ON CONFLICT (id) DO UPDATE SET price = round(CAST(bills.price + excluded.price AS numeric), 2), quantity = int8(bills.quantity + 1), note = 'again', rate = NULL WHERE bills.quantity < 100 AND excluded.price > 0 RETURNING id, price
INSERT INTO grades (course, student, "Final") VALUES ('Art', 'Kim', 6) ON CONFLICT (course, student) DO UPDATE SET "Final" = excluded."Final"
INSERT INTO "Größen & Maße" (id, "größe") VALUES (1, 'M') ON CONFLICT (id) DO UPDATE SET "größe" = excluded."größe", "order" = "Größen & Maße"."order" + 1
WITH q AS (SELECT max(id) AS m FROM bills) INSERT INTO bills (id, price) VALUES ((SELECT m FROM q), 1) ON CONFLICT (id) DO NOTHING
DELETE FROM notes WHERE id = 3
--> DELETE FROM notes WHERE id = 3
DELETE FROM notes AS n WHERE n.alert_id IN (1, 2) AND n.score IS NULL
DELETE FROM notes WHERE alert_id = 1 AND id NOT IN (SELECT max(id) FROM notes GROUP BY alert_id)
DELETE FROM notes WHERE id = 3 RETURNING id

-- Points in time.
-- as: binding
SELECT id, day, arrived, gone FROM visits
SELECT id FROM visits WHERE arrived > '2024-02-29'
--> SELECT id FROM visits WHERE arrived > '2024-02-29 00:00:00'
SELECT id FROM visits WHERE arrived BETWEEN '2024-02-29T09:00Z' AND '2024-02-29 12:00:00+02:00'
--> SELECT id FROM visits WHERE arrived BETWEEN '2024-02-29 09:00:00' AND '2024-02-29 10:00:00'
SELECT id FROM visits WHERE arrived IN ('2024-02-29 00:00', '2024-02-29T09:30:00.500')
SELECT id FROM visits WHERE day = '2024-02-29' AND gone IS NOT NULL
SELECT id FROM visits WHERE day = date '2024-02-29' OR arrived = timestamp '2024-02-29 09:30'
--> SELECT id FROM visits WHERE day = '2024-02-29' OR arrived = '2024-02-29 09:30:00'
SELECT now() AS now
--> SELECT date_trunc('second', now()) AS now
SELECT CURRENT_TIMESTAMP AS now, LOCALTIMESTAMP AS here
--> SELECT date_trunc('second', now()) AS now, date_trunc('second', now()) AS here
SELECT CURRENT_DATE AS today
--> SELECT date(date_trunc('second', now())) AS today
SELECT id FROM visits WHERE arrived > now() - INTERVAL '1 hour'
--> SELECT id FROM visits WHERE arrived > to_timestamp(date_part('epoch', date_trunc('second', now())) - 3600)
SELECT id FROM visits WHERE gone < CURRENT_TIMESTAMP - '2 days 3 hours'::interval
SELECT id FROM visits WHERE arrived + INTERVAL '90 minutes' < gone
--> SELECT id FROM visits WHERE to_timestamp(date_part('epoch', arrived) + 5400) < gone
SELECT id, INTERVAL '1 week' + arrived - INTERVAL '01:30' AS later FROM visits
SELECT id, day + INTERVAL '1 day' AS next FROM visits
SELECT id FROM visits WHERE day >= date(now() - INTERVAL '7 days')
SELECT id FROM visits WHERE arrived::date = day
--> SELECT id FROM visits WHERE date(arrived) = day
SELECT id FROM alerts WHERE opened_at > epoch(now()) - 3600
--> SELECT id FROM alerts WHERE opened_at > (CAST(floor(date_part('epoch', date_trunc('second', now()))) AS bigint) - 3600)
SELECT id, epoch(gone) - epoch(arrived) AS seconds FROM visits WHERE gone IS NOT NULL
SELECT date_trunc('day', arrived) AS day, count(*) AS n FROM visits GROUP BY date_trunc('day', arrived) ORDER BY day
SELECT DATE_TRUNC('Month', arrived) AS month, count(*) FROM visits GROUP BY 1 ORDER BY 1
--> SELECT date_trunc('month', arrived) AS month, count(*) AS count FROM visits GROUP BY date_trunc('month', arrived) ORDER BY 1 NULLS LAST
SELECT EXTRACT(hour FROM arrived) AS hour, count(*) AS n FROM visits GROUP BY EXTRACT(hour FROM arrived) ORDER BY hour
--> SELECT CAST(floor(date_part('hour', arrived)) AS bigint) AS hour, count(*) AS n FROM visits GROUP BY CAST(floor(date_part('hour', arrived)) AS bigint) ORDER BY hour NULLS LAST
SELECT extract(dow FROM day) AS d, extract(doy FROM day) AS y, extract(week FROM day) AS w, date_part('year', day) AS r FROM visits
SELECT bucket(arrived, 300) AS x, count(*) AS y FROM visits GROUP BY bucket(arrived, 300) ORDER BY x
SELECT bucket(arrived, INTERVAL '5 minutes') AS x, count(*) AS y FROM visits GROUP BY bucket(arrived, INTERVAL '5 minutes') ORDER BY x
SELECT bucket(opened_at, INTERVAL '1 minute') AS x FROM alerts
--> SELECT opened_at - (opened_at % 60 + 60) % 60 AS x FROM alerts
SELECT to_timestamp(opened_at) AS opened FROM alerts
SELECT coalesce(gone, now()) AS until, greatest(arrived, '2024-02-29') AS since FROM visits
SELECT CASE WHEN gone IS NULL THEN now() ELSE gone END AS until FROM visits
SELECT min(arrived) AS first, max(gone) AS last, count(DISTINCT day) AS days FROM visits
SELECT guest || ' on ' || day AS label FROM visits
SELECT arrived, row_number() OVER (PARTITION BY day ORDER BY arrived) AS n FROM visits
SELECT guest FROM (SELECT guest, date_trunc('week', arrived) AS week FROM visits) AS v WHERE week > '2024-02-01'
SELECT v.guest FROM visits v JOIN alerts a ON epoch(v.arrived) > a.opened_at
SELECT id, arrived + INTERVAL '1 month' AS a, day - INTERVAL '1 year 2 months -3 days 01:30' AS b FROM visits
--> SELECT id, timestamptz_pl_interval(arrived, '1 months') AS a, timestamptz_pl_interval(day, '-14 months 2 days 81000 seconds') AS b FROM visits
SELECT id FROM visits WHERE INTERVAL '3 mons' + gone < now() AND arrived + INTERVAL '12 months -1 year 5 minutes' < gone
--> SELECT id FROM visits WHERE timestamptz_pl_interval(gone, '3 months') < date_trunc('second', now()) AND to_timestamp(date_part('epoch', arrived) + 300) < gone
SELECT id, date(arrived) - day AS d, gone - arrived AS s, day - '1970-01-01' AS e, '2024-02-29T12:00:00.9+02:00' - arrived AS r FROM visits WHERE CURRENT_DATE - day > 7
--> SELECT id, (CAST(floor(date_part('epoch', date(arrived))) AS bigint) - CAST(floor(date_part('epoch', day)) AS bigint)) / 86400 AS d, CAST(floor(date_part('epoch', gone)) AS bigint) - CAST(floor(date_part('epoch', arrived)) AS bigint) AS s, (CAST(floor(date_part('epoch', day)) AS bigint) - 0) / 86400 AS e, 1709200800 - CAST(floor(date_part('epoch', arrived)) AS bigint) AS r FROM visits WHERE ((CAST(floor(date_part('epoch', date(date_trunc('second', now())))) AS bigint) - CAST(floor(date_part('epoch', day)) AS bigint)) / 86400) > 7
SELECT avg(gone - arrived) AS mean, sum(gone - arrived) / 60 AS minutes FROM visits
SELECT day - day AS zero, arrived - day AS since FROM visits
-- as: action
INSERT INTO visits (guest, day, arrived) VALUES ('Zoe', CURRENT_DATE, now())
INSERT INTO visits (guest, day, arrived, gone) VALUES ('Zoe', '2024-02-29', '2024-02-29T10:00', now() + INTERVAL '1 hour')
--> INSERT INTO visits (guest, day, arrived, gone) VALUES ('Zoe', '2024-02-29', '2024-02-29 10:00:00', to_timestamp(date_part('epoch', date_trunc('second', now())) + 3600))
UPDATE visits SET gone = now() WHERE id = 2
--> UPDATE visits SET gone = date_trunc('second', now()) WHERE id = 2
UPDATE visits SET gone = arrived + INTERVAL '1 hour' WHERE id = 2 AND arrived < now()
UPDATE visits SET gone = NULL, day = date(arrived) WHERE id = 2 RETURNING id, gone
UPDATE alerts SET opened_at = epoch(now()) WHERE id = 2

-- Names of every kind; in what runs they stand in quotes.
-- as: binding
SELECT größe, имя, 名前, Ωμέγα, 🙂 FROM "Größen & Maße" ORDER BY größe
--> SELECT "größe", "имя", "名前", "Ωμέγα", "🙂" FROM "Größen & Maße" ORDER BY "größe" NULLS LAST
SELECT "user", "order", "First Name", "a.b", "say ""hi""", "back\slash", "1st", "tick`s", "it's" FROM "Größen & Maße"
--> SELECT "user", "order", "First Name", "a.b", "say ""hi""", "back\slash", "1st", "tick`s", "it's" FROM "Größen & Maße"
SELECT g."First name" AS "Ä ""q"" \", count(*) AS 数 FROM "Größen & Maße" AS g GROUP BY g."first NAME"
--> SELECT g."First Name" AS "Ä ""q"" \", count(*) AS "数" FROM "Größen & Maße" AS g GROUP BY g."First Name"
SELECT * FROM "Größen & Maße" WHERE "user" = 'ACME\bob'
-- Backslashes are signs like others.
SELECT id FROM alerts WHERE title = 'back\slash' OR title = '\'' OR 1=1 --'
--> SELECT id FROM alerts WHERE title = 'back\slash' OR title = '\'' OR 1=1 --'
SELECT id FROM alerts WHERE title LIKE '%C:\50!%'
--> SELECT id FROM alerts WHERE lower(title) LIKE '%c:\50!%' ESCAPE '#'
SELECT id FROM alerts WHERE title LIKE '50\%' ESCAPE '\'
--> SELECT id FROM alerts WHERE lower(title) LIKE '50\%' ESCAPE '\'
SELECT id FROM alerts WHERE title LIKE '\!#$&*+/:;<=>?@^|~"(),-.[]`{}0123456789'
--> SELECT id FROM alerts WHERE lower(title) LIKE '\!#$&*+/:;<=>?@^|~"(),-.[]`{}0123456789' ESCAPE 'a'
-- as: action
UPDATE "Größen & Maße" SET "größe" = 'L', "back\slash" = '\\srv\share' WHERE "user" = 'ACME\bob'
--> UPDATE "Größen & Maße" SET "größe" = 'L', "back\slash" = '\\srv\share' WHERE "user" = 'ACME\bob'
INSERT INTO "Größen & Maße" (id, "say ""hi""", 名前) VALUES (9, 'a\', 'b')
DELETE FROM "Größen & Maße" WHERE имя = 'Анна'
-- as: action
UPDATE grades SET "Final" = 1 WHERE course IN ('Art') AND student = 'Kim'
DELETE FROM grades WHERE student = 'Lee' AND course = 'Maths'
-- Decimals: what is computed is rounded to the places that it has.
UPDATE bills SET price = price + 0.1 WHERE id = 1
--> UPDATE bills SET price = round(CAST(price + 0.1 AS numeric), 2) WHERE id = 1
UPDATE bills SET price = price * 1.15 WHERE id = 1
--> UPDATE bills SET price = round(round(CAST(price * 1.15 AS numeric), 4), 2) WHERE id = 1
UPDATE bills SET price = 12345678.90, rate = rate / 3 WHERE price = '0.1'
--> UPDATE bills SET price = 12345678.90, rate = round(CAST(rate / 3 AS numeric), 3) WHERE price = 0.1
UPDATE bills SET weight = 1e-07, quantity = quantity + 1 WHERE id IN (1, 2)
--> UPDATE bills SET weight = 1e-07, quantity = int8(quantity + 1) WHERE id IN (1, 2)
UPDATE bills SET weight = weight * 2, quantity = -9223372036854775808 WHERE note = 'a\b'
INSERT INTO bills (price, note) SELECT round(price * 1.5, 2), 'half' FROM bills WHERE id = 1
--> INSERT INTO bills (price, note) SELECT round(round(CAST(price * 1.5 AS numeric), 3), 2) AS round, 'half' AS value FROM bills WHERE id = 1
-- as: binding
SELECT sum(price) AS total, avg(price) AS mean, max(price), sum(price * quantity) AS all FROM bills WHERE price + 0.1 = 0.2
--> SELECT round(CAST(sum(price) AS numeric), 2) AS total, avg(price) AS mean, max(price) AS max, round(CAST(sum(price * quantity) AS numeric), 2) AS "all" FROM bills WHERE round(CAST(price + 0.1 AS numeric), 2) = 0.2
SELECT price + 0.1 AS p, count(*) AS n FROM bills GROUP BY price + 0.1 ORDER BY price + 0.1
--> SELECT round(CAST(price + 0.1 AS numeric), 2) AS p, count(*) AS n FROM bills GROUP BY round(CAST(price + 0.1 AS numeric), 2) ORDER BY round(CAST(price + 0.1 AS numeric), 2) NULLS LAST
SELECT weight * 2 AS w, weight + 0.5 AS v FROM bills WHERE weight > 5e-324 AND note LIKE '%\%'
--> SELECT weight * 2 AS w, weight + 0.5 AS v FROM bills WHERE weight > 5e-324 AND lower(note) LIKE '%\%' ESCAPE '!'
SELECT id FROM bills WHERE quantity = '9007199254740993' OR quantity = '-9223372036854775808'
--> SELECT id FROM bills WHERE quantity = 9007199254740993 OR quantity = -9223372036854775808
\SELECT id FROM bills WHERE note = 'back\\'' OR 1=1 '
--> SELECT id FROM bills WHERE note = 'back\'' OR 1=1 '
-- as: action
UPDATE visits SET day = day + INTERVAL '2 weeks' WHERE id = 3
--> UPDATE visits SET day = coalesce(date(to_timestamp(date_part('epoch', day) + 1209600)), day) WHERE id = 3
UPDATE visits SET day = day - INTERVAL '1 month' WHERE id = 3
--> UPDATE visits SET day = coalesce(date(timestamptz_pl_interval(day, '-1 months')), day) WHERE id = 3
