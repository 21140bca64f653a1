-- Statements that the guard refuses, under the rule that refuses them. docs/sql.md explains the
-- format: a line that starts with a backslash holds \n, \t, \0 and \xNN escapes.

-- as: binding
-- rule: one-statement
SELECT 1; SELECT 2
SELECT 1; DROP TABLE alerts
SELECT 1; COMMIT; DROP SCHEMA public CASCADE;
SELECT id FROM alerts; DELETE FROM alerts WHERE id = 1
\SELECT 1;\nSELECT 2
-- rule: syntax
SELECT CAST(title AS text[]) FROM alerts
SELECT id FROM alerts WHERE id = ANY (ARRAY[1])
SELECT ARRAY[1, 2]
SELECT * FROM unnest(ARRAY[1]) AS u
VACUUM INTO '/tmp/x'
SELEC id FROM alerts
SELECT FROM WHERE
SELECT id FROM alerts WHERE
;
;;
\x20
SELECT * FROM alerts ORDER
SELECT {fn now()}
SELECT [id] FROM alerts
SELECT `id` FROM alerts
SELECT id FROM alerts \gexec
\\\! ls
REPLACE INTO alerts (id) VALUES (1)
INSERT OR REPLACE INTO alerts (id) VALUES (1)
SELECT id FROM alerts WHERE title GLOB 'a*'
SELECT id FROM alerts WHERE title REGEXP 'a'
SELECT id FROM alerts WHERE title MATCH 'a'
ATTACH DATABASE '/tmp/x.db' AS x
ATTACH '/etc/passwd' AS p
DETACH DATABASE main
PRAGMA table_info(alerts)
PRAGMA writable_schema = ON
UPDATE alerts SET status = 'open' LIMIT 1
SELECT a < b < c FROM alerts
SELECT
-- rule: statement
DROP TABLE alerts
ALTER TABLE alerts ADD COLUMN x integer
CREATE TABLE x (a integer)
CREATE TABLE x AS SELECT * FROM alerts
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'
CREATE TRIGGER t AFTER UPDATE ON alerts FOR EACH ROW EXECUTE FUNCTION f()
CREATE VIEW v AS SELECT 1
TRUNCATE alerts
DO 'BEGIN NULL; END'
COPY alerts TO '/tmp/x'
COPY alerts FROM PROGRAM 'id'
COPY (SELECT 1) TO PROGRAM 'id'
VACUUM
ANALYZE alerts
EXPLAIN SELECT 1
EXPLAIN ANALYZE DELETE FROM alerts
BEGIN
COMMIT
ROLLBACK
SAVEPOINT s
SET ROLE postgres
SET search_path = pg_catalog
SET SESSION AUTHORIZATION postgres
RESET ALL
SHOW ALL
GRANT ALL ON alerts TO public
REVOKE ALL ON alerts FROM public
CREATE ROLE evil SUPERUSER
LOCK TABLE alerts
LISTEN x
NOTIFY x
LOAD 'evil'
CALL evil()
PREPARE p AS SELECT 1
EXECUTE p
DEALLOCATE ALL
DECLARE c CURSOR FOR SELECT 1
FETCH ALL FROM c
DISCARD ALL
REINDEX TABLE alerts
CLUSTER alerts
CREATE EXTENSION dblink
SECURITY LABEL ON TABLE alerts IS 'x'
COMMENT ON TABLE alerts IS 'x'
REFRESH MATERIALIZED VIEW v
MERGE INTO alerts a USING notes n ON a.id = n.id WHEN MATCHED THEN DELETE
UPDATE alerts SET status = 'open' WHERE id = 1
INSERT INTO notes (alert_id, body) VALUES (1, 'x')
DELETE FROM notes WHERE id = 1
-- rule: comment
SELECT 1 -- hello
SELECT /* hello */ 1
SELECT 1 /*! UNION SELECT token FROM secrets */
\-- nothing
SELECT id FROM alerts WHERE id = 1--1
\SELECT id --\n, token FROM alerts
SELECT # 1
-- rule: string
SELECT id FROM alerts WHERE title = 'it's'
SELECT $$text$$
SELECT $tag$text$tag$
SELECT E'\x41'
SELECT e'a'
SELECT U&'\0061'
SELECT u&"id" FROM alerts
SELECT B'101'
SELECT X'1F'
SELECT N'text'
SELECT 'a' 'b'
\SELECT 'a'\n'b'
-- rule: unbalanced
SELECT 'never closed
SELECT (1
SELECT 1)
SELECT "never closed
SELECT ((1); SELECT 2)
-- rule: control
\SELECT 1\0
\SELECT 'a\0b'
\SELECT\x0b1
\SELECT\x0c1
\SELECT '\x1b[31m'
\SELECT 1\x7f
\SELECT 'a\rb'
-- rule: unicode
SELECT id​ FROM alerts
\SELECT id\xc2\xa0FROM alerts
\SELECT "\xff" FROM alerts
\SELECT t\xffitle FROM alerts
\SELECT '\xff'
\SELECT '\xc0\xa7 OR 1=1'
\SELECT '\xed\xa0\x80'
\SELECT '\xf5\x80\x80\x80'
-- rule: column
SELECT ’id’ FROM alerts
SELECT id，title FROM alerts
SELECT tïtle FROM alerts
SELECT "TITLE " FROM alerts
SELECT "größe" FROM alerts
-- rule: table
SELECT id FROM аlerts
SELECT "аlerts".id FROM alerts
-- rule: syntax
SELECT id FROM alerts WHERE id ＝ 1
-- rule: parameter
SELECT id FROM alerts WHERE id = $1
SELECT id FROM alerts WHERE id = ?
SELECT id FROM alerts WHERE id = :id
SELECT id FROM alerts WHERE id = @id
-- rule: number
SELECT 0x1F
SELECT 123abc
SELECT 1_000
SELECT 1.2.3
SELECT 99999999999999999999
SELECT 1e999
SELECT 12'a'
-- rule: name
SELECT id AS sqlite_x FROM alerts
SELECT id AS ctid FROM alerts
SELECT id FROM alerts AS sqlite_temp
SELECT x.id FROM alerts AS pg_x
SELECT id AS aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa FROM alerts
SELECT id AS "true" FROM alerts
SELECT id AS a$b FROM alerts
WITH sr_log AS (SELECT 1 AS a) SELECT a FROM sr_log
-- rule: table
WITH x AS (SELECT id FROM teams WHERE id = alerts.id) SELECT id FROM x
SELECT token FROM secrets
SELECT * FROM secrets
SELECT id FROM pg_class
SELECT rolname FROM pg_authid
SELECT name FROM sqlite_master
SELECT sql FROM sqlite_schema
SELECT id FROM sr_log
SELECT id FROM audit
SELECT id FROM nowhere
SELECT table_name FROM tables
SELECT a.id FROM alerts a WHERE id IN (SELECT id FROM secrets)
SELECT (SELECT token FROM secrets LIMIT 1) AS t
SELECT id FROM alerts UNION SELECT id FROM secrets
WITH s AS (SELECT token FROM secrets) SELECT token FROM s
SELECT a.id FROM alerts a JOIN secrets s ON s.id = a.id
SELECT a.id FROM alerts a, secrets
SELECT a.id FROM (SELECT id FROM secrets) a
SELECT count(*) FROM secrets
SELECT EXISTS (SELECT 1 FROM secrets) AS e
SELECT b.id FROM alerts a
SELECT alerts.id FROM alerts AS a
SELECT secrets.* FROM alerts
SELECT a.id FROM alerts a ORDER BY (SELECT token FROM secrets LIMIT 1)
SELECT id FROM alerts GROUP BY id HAVING (SELECT count(*) FROM secrets) > 0
SELECT CASE WHEN EXISTS (SELECT 1 FROM secrets WHERE token LIKE 'h%') THEN 1 ELSE 0 END AS oracle
SELECT id FROM alerts NATURAL JOIN secrets
SELECT a.id FROM alerts a WHERE a.title = (SELECT max(token) FROM secrets)
SELECT sum(id) OVER (PARTITION BY (SELECT token FROM secrets LIMIT 1)) AS s FROM alerts
-- rule: schema
SELECT id FROM public.alerts
SELECT id FROM main.alerts
SELECT id FROM db.public.alerts
SELECT rolname FROM pg_catalog.pg_roles
SELECT table_name FROM information_schema.tables
SELECT name FROM main.sqlite_master
SELECT public.alerts.id FROM alerts
SELECT pg_catalog.lower(title) FROM alerts
SELECT pg_catalog.set_config('role', 'postgres', false)
SELECT public.alerts.* FROM alerts
-- rule: column
SELECT internal_note FROM alerts
SELECT * FROM alerts
SELECT a.* FROM alerts a
SELECT count(internal_note) FROM alerts
SELECT id FROM alerts WHERE internal_note LIKE 'n%'
SELECT id FROM alerts ORDER BY internal_note
SELECT max(id) FROM alerts GROUP BY internal_note
SELECT a.id FROM alerts a JOIN settings s ON s.name = a.internal_note
SELECT ctid FROM alerts
SELECT xmin FROM alerts
SELECT rowid FROM alerts
SELECT _rowid_ FROM alerts
SELECT oid FROM alerts
SELECT tableoid FROM alerts
SELECT alerts.rowid FROM alerts
SELECT nothing FROM alerts
SELECT title AS t FROM alerts WHERE t = 'x'
SELECT id AS i FROM alerts ORDER BY i + 1
SELECT "open" FROM alerts
SELECT id FROM alerts WHERE status = "open"
SELECT a.lower FROM alerts a
SELECT x.id FROM (SELECT title FROM alerts) AS x
SELECT id FROM alerts WHERE id IN (SELECT x.token FROM alerts AS x)
SELECT a.id FROM alerts a JOIN teams USING (name)
-- rule: ambiguous
SELECT id FROM alerts, teams
SELECT id FROM alerts a JOIN teams t ON t.id = a.team_id
SELECT name FROM teams JOIN metrics USING (id)
-- rule: whole-row
SELECT alerts FROM alerts
SELECT a FROM alerts a
SELECT a::text FROM alerts a
SELECT count(a) FROM alerts a
SELECT lower(a) FROM alerts AS a
SELECT x FROM (SELECT id FROM alerts) AS x
SELECT coalesce(a, a) FROM alerts a
SELECT id FROM alerts a WHERE a IS NOT NULL
SELECT a = a AS same FROM alerts a
-- rule: function
SELECT pg_read_file('/etc/passwd')
SELECT pg_sleep(10)
SELECT set_config('role', 'postgres', false)
SELECT current_setting('data_directory')
SELECT lo_import('/etc/passwd')
SELECT lo_export(1, '/tmp/x')
SELECT dblink('host=evil', 'SELECT 1')
SELECT dblink_connect('host=evil')
SELECT load_extension('/tmp/evil.so')
SELECT readfile('/etc/passwd')
SELECT writefile('/tmp/x', 'y')
SELECT query_to_xml('SELECT * FROM secrets', true, true, '')
SELECT row_to_json(a) FROM alerts a
SELECT to_jsonb(a) FROM alerts a
SELECT json_agg(a) FROM alerts a
SELECT nextval('s')
SELECT pg_terminate_backend(1)
SELECT pg_import_system_collations('public')
SELECT gin_clean_pending_list('i')
SELECT txid_current()
SELECT version()
SELECT sqlite_version()
SELECT random()
SELECT randomblob(1000000000)
SELECT zeroblob(1000000000)
SELECT printf('%s', title) FROM alerts
SELECT hex(title) FROM alerts
SELECT now(1)
SELECT to_timestamp('2024-01-01', 'YYYY') FROM visits
SELECT clock_timestamp()
SELECT strftime('%Y', arrived) FROM visits
SELECT datetime('now')
SELECT julianday(arrived) FROM visits
SELECT age(arrived) FROM visits
SELECT arrived AT TIME ZONE 'UTC' FROM visits
SELECT date_trunc('century', arrived) FROM visits
SELECT date_trunc(guest, arrived) FROM visits
SELECT date_part('julian', arrived) FROM visits
SELECT date_trunc('day', arrived, 'Asia/Tokyo') FROM visits
SELECT bucket(arrived, INTERVAL '-5 minutes') FROM visits
SELECT CURRENT_USER
SELECT CURRENT_TIMESTAMP(2)
SELECT CURRENT_TIME
SELECT LOCALTIME
SELECT SESSION_USER
SELECT CURRENT_CATALOG
SELECT last_insert_rowid()
SELECT changes()
SELECT total(value) FROM metrics
SELECT group_concat(title) FROM alerts
SELECT string_agg(title) FROM alerts
SELECT string_agg(title, severity) FROM alerts
SELECT string_agg(title, NULL) FROM alerts
SELECT string_agg(title, ',', 'x') FROM alerts
SELECT count(title ORDER BY id) FROM alerts
SELECT max(id ORDER BY id) FROM alerts
SELECT lower(title ORDER BY id) FROM alerts
SELECT lower(DISTINCT title ORDER BY id) FROM alerts
SELECT string_agg(title, ',') WITHIN GROUP (ORDER BY id) FROM alerts
SELECT string_agg(title, (SELECT ',')) FROM alerts
SELECT to_char(value) FROM metrics
SELECT to_char(value, name) FROM metrics
SELECT to_char(value, NULL) FROM metrics
SELECT to_char(value, '') FROM metrics
SELECT to_char(value, '   ') FROM metrics
SELECT to_char(value, 'FM') FROM metrics
SELECT to_char(value, 'FM9.') FROM metrics
SELECT to_char(value, '9.') FROM metrics
SELECT to_char(value, '.99') FROM metrics
SELECT to_char(value, 'FM990.99') FROM metrics
SELECT to_char(value, '9,') FROM metrics
SELECT to_char(value, ',999') FROM metrics
SELECT to_char(value, '9,,9') FROM metrics
SELECT to_char(value, '9.9.9') FROM metrics
SELECT to_char(value, '9.9,9') FROM metrics
SELECT to_char(value, '999 999') FROM metrics
SELECT to_char(value, 'S999') FROM metrics
SELECT to_char(value, '999MI') FROM metrics
SELECT to_char(value, '999PR') FROM metrics
SELECT to_char(value, '9G999D00') FROM metrics
SELECT to_char(value, 'L999') FROM metrics
SELECT to_char(value, '999th') FROM metrics
SELECT to_char(value, '99V99') FROM metrics
SELECT to_char(value, 'RN') FROM metrics
SELECT to_char(value, '9.99EEEE') FROM metrics
SELECT to_char(value, '999FM') FROM metrics
SELECT to_char(value, '"x"999') FROM metrics
SELECT to_char(value, '99999999999999999999') FROM metrics
SELECT to_char(value, '0.0000000000000000') FROM metrics
SELECT to_char(value, 'YYYY') FROM metrics
SELECT to_char(arrived, '999') FROM visits
SELECT to_char(arrived, 'IDDD') FROM visits
SELECT to_char(arrived, 'SSSS') FROM visits
SELECT to_char(arrived, 'HH24:MI:SSSSS') FROM visits
SELECT to_char(arrived, 'YYY') FROM visits
SELECT to_char(arrived, 'YYYYY') FROM visits
SELECT to_char(arrived, 'Y,YYY') FROM visits
SELECT to_char(arrived, 'yyyy-mm-dd') FROM visits
SELECT to_char(arrived, 'YYYY-MM-ddThh') FROM visits
SELECT to_char(arrived, 'DDth') FROM visits
SELECT to_char(arrived, 'DDTH') FROM visits
SELECT to_char(arrived, 'TMMonth') FROM visits
SELECT to_char(arrived, 'FXYYYY') FROM visits
SELECT to_char(arrived, 'J') FROM visits
SELECT to_char(arrived, 'CC') FROM visits
SELECT to_char(arrived, 'RM') FROM visits
SELECT to_char(arrived, 'FF3') FROM visits
SELECT to_char(arrived, 'TZ') FROM visits
SELECT to_char(arrived, 'OF') FROM visits
SELECT to_char(arrived, 'YYYY BC') FROM visits
SELECT to_char(arrived, 'HH12 A.M.') FROM visits
SELECT to_char(arrived, 'HH24h') FROM visits
SELECT to_char(arrived, 'DD. of Mon') FROM visits
SELECT to_char(arrived, 'FM') FROM visits
SELECT to_char(arrived, 'FM-DD') FROM visits
SELECT to_char(arrived, 'FMMS') FROM visits
SELECT to_char(arrived, 'FMFMDD') FROM visits
SELECT to_char(arrived, 'DD "open') FROM visits
SELECT to_char(arrived, 'DD "a\b"') FROM visits
SELECT to_char(arrived, 'DD \') FROM visits
SELECT to_char(arrived, 'YYYY 2') FROM visits
SELECT to_char(arrived, 'YYYY-MM-DD YYYY-MM-DD YYYY-MM-DD YYYY-MM-DD YYYY-MM-DD YYYY-MM-DD YYYY-MM-DD YYYY-MM-DD YYYY-MM-DD YYYY-MM-DD') FROM visits
SELECT left(title) FROM alerts
SELECT left(title, id) FROM alerts
SELECT left(title, 1 + 1) FROM alerts
SELECT left(title, 2147483648) FROM alerts
SELECT right(title, -2147483648) FROM alerts
SELECT right(title, CAST(2 AS integer)) FROM alerts
SELECT right(title, NULL) FROM alerts
SELECT concat() FROM alerts
SELECT concat_ws(', ') FROM alerts
SELECT concat(VARIADIC title) FROM alerts
SELECT generate_series(1, 1000000000)
SELECT unnest(title) FROM alerts
SELECT lower(title, title) FROM alerts
SELECT count(DISTINCT id, title) FROM alerts
SELECT max(id, 3) FROM alerts
SELECT lower(DISTINCT title) FROM alerts
SELECT lower(title) FILTER (WHERE id = 1) FROM alerts
SELECT extract(century FROM arrived) FROM visits
SELECT position('a' IN title) AS p FROM alerts
SELECT overlay(title placing 'x' from 1) AS o FROM alerts
SELECT title AT TIME ZONE 'UTC' AS t FROM alerts
SELECT substr(title, -1) FROM alerts
SELECT bucket(at, 0) FROM metrics
SELECT bucket(at, at) FROM metrics
SELECT substr(title, id) FROM alerts
SELECT count(id ORDER BY id) FROM alerts
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY value) FROM metrics
SELECT lower(VARIADIC title) FROM alerts
SELECT lower(str => title) FROM alerts
SELECT xmlelement(name foo)
SELECT has_table_privilege('alerts', 'select')
SELECT pg_ls_dir('.')
SELECT inet_server_addr()
SELECT id FROM alerts WHERE id = (SELECT pg_backend_pid())
SELECT id FROM alerts ORDER BY pg_sleep(1)
SELECT count(*) FILTER (WHERE pg_sleep(1) IS NULL) FROM alerts
SELECT sum(id) OVER (ORDER BY pg_sleep(1)) FROM alerts
SELECT CASE WHEN id = 1 THEN set_config('a.b', 'c', false) ELSE title END AS c FROM alerts
-- rule: range-function
SELECT * FROM pg_read_file('/etc/passwd')
SELECT * FROM generate_series(1, 1000000000) AS g
SELECT * FROM pg_ls_dir('/') AS d
SELECT a.id FROM alerts a, json_each(a.title)
SELECT * FROM pragma_table_info('secrets')
SELECT * FROM lower('x') AS l
SELECT a.id FROM alerts a JOIN dblink('x', 'y') AS d(i integer) ON TRUE
SELECT * FROM ROWS FROM (generate_series(1, 2)) AS r
-- rule: into
SELECT id INTO copy FROM alerts
SELECT * INTO TEMP copy FROM metrics
-- rule: lock
SELECT id FROM alerts FOR UPDATE
SELECT id FROM alerts FOR SHARE
SELECT id FROM alerts FOR NO KEY UPDATE SKIP LOCKED
SELECT id FROM alerts WHERE id IN (SELECT id FROM notes FOR UPDATE)
-- rule: with-writes
WITH gone AS (DELETE FROM notes WHERE id = 1 RETURNING id) SELECT id FROM gone
WITH x AS (UPDATE alerts SET status = 'open' WHERE id = 1 RETURNING id) SELECT id FROM x
WITH x AS (INSERT INTO notes (alert_id, body) VALUES (1, 'x') RETURNING id) SELECT id FROM x
SELECT id FROM alerts WHERE id IN (WITH x AS (DELETE FROM notes WHERE id = 1 RETURNING id) SELECT id FROM x)
-- rule: recursive
WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT n FROM x
-- rule: with
WITH alerts AS (SELECT 1 AS id) SELECT id FROM alerts
WITH secrets AS (SELECT 1 AS id) SELECT id FROM secrets
WITH a AS (SELECT 1 AS id), A AS (SELECT 2 AS id) SELECT id FROM a
WITH a(x, y) AS (SELECT 1) SELECT x FROM a
WITH a AS MATERIALIZED (SELECT 1 AS id) SELECT id FROM a
-- rule: values
VALUES (1, 2)
SELECT x.id FROM (VALUES (1)) AS x
SELECT id FROM alerts WHERE id IN (VALUES (1))
SELECT id FROM alerts UNION VALUES (1)
-- rule: table
TABLE secrets
-- rule: column
TABLE alerts
-- rule: lateral
SELECT a.id FROM alerts a, LATERAL (SELECT 1 AS x) AS b
SELECT a.id FROM alerts a LEFT JOIN LATERAL (SELECT id FROM notes WHERE alert_id = a.id) AS n ON TRUE
-- rule: table-sample
SELECT id FROM alerts TABLESAMPLE SYSTEM (10)
-- rule: only
SELECT id FROM ONLY alerts
-- rule: group
SELECT 1 AS one FROM alerts HAVING count(*) > 1
SELECT title FROM alerts HAVING title = 'x'
SELECT max(id) FROM alerts HAVING title = 'x'
SELECT row_number() OVER (ORDER BY id) FROM alerts HAVING count(*) > 1
SELECT 1 AS one FROM alerts HAVING count(*) > 1 ORDER BY count(*)
SELECT severity, count(*) FROM alerts GROUP BY ROLLUP (severity)
SELECT severity, count(*) FROM alerts GROUP BY GROUPING SETS ((severity), ())
SELECT severity, count(*) FROM alerts GROUP BY CUBE (severity)
SELECT severity, count(*) FROM alerts
SELECT title, count(*) FROM alerts GROUP BY severity
SELECT title FROM alerts GROUP BY severity
SELECT severity FROM alerts GROUP BY severity ORDER BY title
SELECT severity FROM alerts GROUP BY severity HAVING title = 'x'
SELECT count(*) FROM alerts GROUP BY 7
SELECT count(*) FROM alerts GROUP BY 'x'
SELECT t.name, a.title, count(*) FROM alerts a JOIN teams t ON t.id = a.team_id GROUP BY t.id
SELECT severity, id FROM alerts GROUP BY DISTINCT severity, id
-- rule: aggregate
SELECT id FROM alerts WHERE count(*) > 1
SELECT sum(count(*)) FROM alerts
SELECT a.id FROM alerts a JOIN teams t ON max(t.id) = a.id
SELECT count(*) FROM alerts GROUP BY max(id)
SELECT t.name, (SELECT max(t.id) FROM notes) AS m FROM teams t
-- rule: window
SELECT row_number() FROM alerts
SELECT id FROM alerts WHERE row_number() OVER () = 1
SELECT sum(rank() OVER ()) OVER () FROM alerts
SELECT lower(title) OVER () FROM alerts
SELECT rank() OVER w FROM alerts
SELECT sum(id) OVER (ORDER BY id RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM alerts
SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM alerts
SELECT sum(id) OVER (w ORDER BY id) FROM alerts WINDOW w AS (PARTITION BY title)
-- rule: order
SELECT id FROM alerts ORDER BY 9
SELECT id FROM alerts ORDER BY 'id'
SELECT DISTINCT severity FROM alerts ORDER BY opened_at
SELECT id FROM alerts UNION SELECT id FROM teams ORDER BY id + 1
SELECT id FROM alerts ORDER BY id USING >
-- rule: limit
SELECT id FROM alerts LIMIT -1
SELECT id FROM alerts LIMIT 1 + 1
SELECT id FROM alerts LIMIT (SELECT count(*) FROM teams)
SELECT id FROM alerts LIMIT '5'
SELECT id FROM alerts LIMIT 1.5
SELECT id FROM alerts ORDER BY id FETCH FIRST 2 ROWS WITH TIES
-- rule: distinct
SELECT DISTINCT ON (severity) id FROM alerts
-- rule: operator
SELECT id FROM alerts WHERE status == 'open'
SELECT id FROM alerts WHERE title ~ '^D'
SELECT id FROM alerts WHERE title SIMILAR TO 'D%'
SELECT 2 ^ 3
SELECT id & 1 FROM alerts
SELECT id | 1 FROM alerts
SELECT id << 1 FROM alerts
SELECT title -> 'a' FROM alerts
SELECT title ->> 'a' FROM alerts
SELECT 1 OPERATOR(pg_catalog.+) 2
SELECT ~id FROM alerts
SELECT !! 5
SELECT id FROM alerts WHERE id BETWEEN SYMMETRIC 3 AND 1
SELECT id FROM alerts WHERE muted IS UNKNOWN
SELECT id FROM alerts WHERE id = ANY (SELECT id FROM teams)
SELECT id FROM alerts WHERE id > ALL (SELECT id FROM teams)
SELECT id FROM alerts WHERE title ~~ 'a'
-- rule: array
SELECT id FROM alerts WHERE id = ANY ('{1}')
SELECT ARRAY(SELECT id FROM alerts) AS a
-- rule: row
SELECT ROW(1, 2)
SELECT id FROM alerts WHERE (id, title) = (1, 'x')
SELECT id FROM alerts WHERE (id, title) IN (SELECT id, name FROM teams)
SELECT ROW(a.*) FROM alerts a
-- rule: indirection
SELECT (title).x FROM alerts
SELECT (alerts).id FROM alerts
-- rule: star
SELECT lower(*) FROM alerts
SELECT count(alerts.*) FROM alerts
SELECT *
SELECT id FROM alerts WHERE alerts.* IS NULL
-- rule: cast
SELECT CAST(title AS regclass) FROM alerts
SELECT 'secrets'::regclass
SELECT CAST(title AS date) FROM alerts
SELECT CAST(id AS timestamp) FROM visits
SELECT CAST(arrived AS integer) FROM visits
SELECT CAST(arrived AS real) FROM visits
SELECT CAST(arrived AS text) FROM visits
SELECT CAST(arrived AS time) FROM visits
SELECT arrived::timestamptz FROM visits
SELECT CAST(title AS varchar(2)) FROM alerts
SELECT CAST(value AS numeric(10, 2)) FROM metrics
SELECT CAST(id AS boolean) FROM alerts
SELECT CAST(value AS integer) FROM metrics
SELECT CAST(round(value, 1) AS integer) FROM metrics
SELECT CAST(round(value) + 0.5 AS integer) FROM metrics
SELECT CAST(value AS text) FROM metrics
SELECT CAST(title AS xml) FROM alerts
SELECT CAST(title AS public.mytype) FROM alerts
SELECT CAST('abc' AS integer)
SELECT CAST(title AS bytea) FROM alerts
SELECT CAST(muted AS text) FROM alerts
SELECT CAST(title AS json) FROM alerts
SELECT CAST(title AS "char") FROM alerts
-- rule: collate
SELECT title COLLATE "C" FROM alerts
SELECT title FROM alerts ORDER BY title COLLATE NOCASE
SELECT title FROM alerts ORDER BY title COLLATE c
SELECT title FROM alerts ORDER BY title COLLATE "POSIX"
SELECT title FROM alerts ORDER BY title COLLATE "de_DE"
SELECT title FROM alerts ORDER BY title COLLATE pg_catalog."C"
SELECT id FROM alerts ORDER BY id COLLATE "C"
SELECT id FROM alerts ORDER BY NULL COLLATE "C"
SELECT day FROM visits ORDER BY day COLLATE "C"
SELECT id FROM alerts WHERE lower(title COLLATE "C") = 'x'
SELECT id FROM alerts WHERE title COLLATE "C" IN ('a')
SELECT title FROM alerts GROUP BY title COLLATE "C"
SELECT max(title COLLATE "C") FROM alerts
SELECT id FROM alerts ORDER BY lower(title COLLATE "C")
SELECT id FROM alerts ORDER BY title COLLATE "C" COLLATE "C"
SELECT id FROM alerts WHERE title COLLATE "C" LIKE 'a%'
-- rule: order
SELECT lower(title) AS title FROM alerts ORDER BY title COLLATE "C"
SELECT DISTINCT title FROM alerts ORDER BY title COLLATE "C"
SELECT id FROM alerts ORDER BY 'a' COLLATE "C"
SELECT title FROM alerts UNION SELECT name FROM teams ORDER BY title COLLATE "C"
SELECT string_agg(title, ',' ORDER BY 1) FROM alerts
SELECT string_agg(title, ',' ORDER BY NULL) FROM alerts
SELECT string_agg(DISTINCT title, ',' ORDER BY id) FROM alerts
SELECT string_agg(DISTINCT title, ',' ORDER BY title, id) FROM alerts
SELECT string_agg(DISTINCT title, ',' ORDER BY title COLLATE "C") FROM alerts
-- rule: window
SELECT string_agg(title, ',') OVER (ORDER BY id) FROM alerts
SELECT string_agg(title, ',' ORDER BY id) OVER () FROM alerts
-- rule: aggregate
SELECT id FROM alerts WHERE string_agg(title, ',') = 'x'
SELECT string_agg(max(title), ',') FROM alerts
SELECT string_agg(title, ',' ORDER BY max(id)) FROM alerts
-- rule: column
SELECT string_agg(title, ',' ORDER BY internal_note) FROM alerts
SELECT string_agg(internal_note, ',' ORDER BY id) FROM alerts
SELECT concat(title, internal_note) FROM alerts
SELECT title FROM alerts ORDER BY internal_note COLLATE "C"
-- rule: group
SELECT title, string_agg(severity, ',') FROM alerts
-- rule: type
SELECT string_agg(id, ',') FROM alerts
SELECT to_char(title, '999') FROM alerts
SELECT to_char('2024-02-29', 'YYYY') FROM alerts
SELECT to_char(date '2024-02-29', 'YYYY') FROM alerts
SELECT to_char('5', '999') FROM alerts
SELECT to_char(NULL, '999') FROM alerts
SELECT to_char(muted, '9') FROM alerts
SELECT string_agg(NULL, ',') FROM alerts
SELECT string_agg('x', ',') FROM alerts
SELECT string_agg(day, ',') FROM visits
SELECT concat(title, muted) FROM alerts
SELECT concat(value) FROM metrics
SELECT concat('a', 1.5) FROM metrics
SELECT concat(price) FROM bills
SELECT concat(arrived) FROM visits
SELECT concat_ws(', ', guest, arrived) FROM visits
SELECT concat_ws(1, guest, id) FROM visits
SELECT left(id, 2) FROM alerts
SELECT right(day, 2) FROM visits
-- rule: type
SELECT id FROM alerts WHERE 1
SELECT id FROM alerts WHERE title
SELECT id FROM alerts WHERE 'true'
SELECT id FROM alerts WHERE id = 'abc'
SELECT id FROM alerts WHERE title = 5
SELECT id FROM alerts WHERE muted = 1
SELECT id FROM alerts WHERE muted = 'true'
SELECT id FROM alerts WHERE id = title
SELECT id FROM alerts WHERE id AND TRUE
SELECT title + 1 AS x FROM alerts
SELECT id || id AS x FROM alerts
SELECT value || 'x' AS x FROM metrics
SELECT value % 2 AS x FROM metrics
SELECT CASE WHEN id = 1 THEN 'a' ELSE 2 END AS x FROM alerts
SELECT CASE WHEN id THEN 'a' END AS x FROM alerts
SELECT coalesce(title, 0) FROM alerts
SELECT id FROM alerts UNION SELECT name FROM teams
SELECT id FROM alerts WHERE id IN (SELECT name FROM teams)
SELECT id FROM alerts WHERE id LIKE '1%'
SELECT sum(title) FROM alerts
SELECT length(id) FROM alerts
SELECT max(muted) FROM alerts
SELECT id FROM alerts WHERE muted > FALSE
SELECT -title AS x FROM alerts
SELECT id FROM alerts WHERE id IN (1, 'x')
SELECT count(*) FROM alerts GROUP BY severity HAVING count(*)
-- rule: like
SELECT id FROM alerts WHERE title LIKE severity
SELECT id FROM alerts WHERE title LIKE 'a%' ESCAPE 'X'
SELECT id FROM alerts WHERE title LIKE 'a!' ESCAPE '!'
SELECT id FROM alerts WHERE title LIKE 'a%' ESCAPE ''
-- rule: value
SELECT id FROM alerts WHERE status = 'closed'
SELECT id FROM alerts WHERE status IN ('open', 'Resolved')
-- rule: join
SELECT a.id FROM alerts a, teams t JOIN notes n ON n.id = t.id
SELECT a.id FROM alerts a JOIN (teams t JOIN notes n ON n.id = t.id) ON a.id = t.id
SELECT j.body FROM (teams JOIN notes USING (id)) AS j
SELECT name FROM teams NATURAL JOIN grades
SELECT id FROM teams JOIN notes USING (id) AS u
-- rule: alias
SELECT a.id FROM alerts a, teams A
SELECT id FROM alerts, alerts
SELECT x.a FROM (SELECT id FROM alerts) AS x(a)
SELECT a.x FROM alerts AS a(x)
-- rule: set-operation
SELECT id FROM alerts INTERSECT ALL SELECT id FROM teams
SELECT id FROM alerts EXCEPT ALL SELECT id FROM teams
SELECT id FROM alerts UNION SELECT id FROM teams INTERSECT SELECT id FROM notes
SELECT id FROM alerts UNION (SELECT id FROM teams EXCEPT SELECT id FROM notes)
(SELECT id FROM alerts LIMIT 1) UNION SELECT id FROM teams
SELECT id FROM alerts UNION (SELECT id FROM teams ORDER BY id)
SELECT id, title FROM alerts UNION SELECT id FROM teams
-- rule: subquery
SELECT (SELECT id, title FROM alerts) AS x
SELECT id FROM alerts WHERE id IN (SELECT id, title FROM alerts)
SELECT (SELECT id FROM alerts LIMIT 2) AS x
-- rule: nesting
SELECT ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))
SELECT 1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1 AS x

-- as: action
-- rule: syntax
UPDATE alerts SET status[1] = 'open' WHERE id = 1
-- rule: statement
SELECT id FROM alerts
WITH x AS (SELECT 1 AS a) SELECT a FROM x
ALTER TABLE alerts RENAME TO x
-- rule: one-statement
UPDATE alerts SET status = 'open' WHERE id = 1; DROP TABLE alerts
DELETE FROM notes WHERE id = 1; DELETE FROM notes WHERE id = 2
-- rule: where
UPDATE alerts SET status = 'resolved'
UPDATE alerts SET status = 'resolved' WHERE TRUE
UPDATE alerts SET status = 'resolved' WHERE 1 = 1
UPDATE alerts SET status = 'resolved' WHERE id = id
UPDATE alerts SET status = 'resolved' WHERE id > 0
UPDATE alerts SET status = 'resolved' WHERE id = 1 OR TRUE
UPDATE alerts SET status = 'resolved' WHERE id = 1 OR id = 2
UPDATE alerts SET status = 'resolved' WHERE NOT id = 1
UPDATE alerts SET status = 'resolved' WHERE id <> 1
UPDATE alerts SET status = 'resolved' WHERE id NOT IN (1)
UPDATE alerts SET status = 'resolved' WHERE id IN (SELECT id FROM alerts)
UPDATE alerts SET status = 'resolved' WHERE id IN (1, opened_at)
UPDATE alerts SET status = 'resolved' WHERE severity = 'low'
UPDATE alerts SET status = 'resolved' WHERE id IS NOT NULL
UPDATE alerts SET status = 'resolved' WHERE id = NULL
UPDATE alerts SET status = 'resolved' WHERE id = (SELECT max(id) FROM alerts)
UPDATE alerts SET status = 'resolved' WHERE id + 0 = 1
UPDATE alerts SET status = 'resolved' WHERE id BETWEEN 1 AND 9
UPDATE alerts SET status = 'resolved' WHERE (id = 1) = (id = 1)
UPDATE alerts SET status = 'resolved' WHERE CASE WHEN id = 1 THEN TRUE ELSE TRUE END
DELETE FROM notes
DELETE FROM notes WHERE score > 0
DELETE FROM notes WHERE id IS DISTINCT FROM 1
UPDATE alerts SET status = 'resolved' WHERE CURRENT OF c
-- rule: table
UPDATE secrets SET token = 'x' WHERE id = 1
DELETE FROM secrets WHERE id = 1
INSERT INTO secrets (token) VALUES ('x')
UPDATE pg_authid SET rolsuper = TRUE WHERE oid = 1
UPDATE sqlite_master SET sql = 'x' WHERE name = 'alerts'
DELETE FROM sr_log WHERE id = 1
INSERT INTO notes (alert_id, body) SELECT id, token FROM secrets
INSERT INTO notes (alert_id, body) VALUES (1, (SELECT token FROM secrets LIMIT 1))
UPDATE settings SET value = (SELECT token FROM secrets LIMIT 1) WHERE name = 'theme'
DELETE FROM notes WHERE id = 1 AND EXISTS (SELECT 1 FROM secrets WHERE token LIKE 'h%')
UPDATE audit SET line = 'x' WHERE id = 1 AND EXISTS (SELECT 1 FROM audit)
-- rule: schema
UPDATE public.alerts SET status = 'open' WHERE id = 1
DELETE FROM main.notes WHERE id = 1
-- rule: verb
DELETE FROM alerts WHERE id = 1
UPDATE teams SET name = 'x' WHERE id = 1
INSERT INTO alerts (title) VALUES ('x')
INSERT INTO teams (name) VALUES ('x')
UPDATE notes SET body = 'x' WHERE id = 1
DELETE FROM settings WHERE name = 'theme'
-- rule: column
UPDATE alerts SET title = 'x' WHERE id = 1
UPDATE alerts SET internal_note = 'x' WHERE id = 1
UPDATE alerts SET id = 9 WHERE id = 1
UPDATE alerts SET rowid = 9 WHERE id = 1
UPDATE alerts SET nothing = 1 WHERE id = 1
UPDATE alerts SET status = internal_note WHERE id = 1
UPDATE alerts SET status = 'open' WHERE id = 1 AND internal_note LIKE 'n%'
UPDATE alerts SET status = 'open' WHERE id = 1 RETURNING internal_note
UPDATE alerts SET status = 'open' WHERE id = 1 RETURNING *
UPDATE alerts SET status.x = 'open' WHERE id = 1
INSERT INTO notes (id, alert_id, body) VALUES (1, 2, 'x')
INSERT INTO notes (alert_id, nothing) VALUES (1, 'x')
INSERT INTO audit (line) VALUES ('x') RETURNING id
UPDATE audit SET line = line || 'x' WHERE id = 1
UPDATE audit SET line = 'x' WHERE id = 1 AND line = 'y'
UPDATE audit SET line = 'x' WHERE id = 1 RETURNING id
-- rule: set
UPDATE alerts SET status = 'open', status = 'resolved' WHERE id = 1
UPDATE alerts SET (status, muted) = ('open', TRUE) WHERE id = 1
UPDATE alerts SET (status, muted) = (SELECT 'open', TRUE) WHERE id = 1
INSERT INTO notes (body, body) VALUES ('a', 'b')
-- rule: default
UPDATE alerts SET muted = DEFAULT WHERE id = 1
INSERT INTO notes (alert_id, body) VALUES (1, DEFAULT)
-- rule: value
UPDATE alerts SET status = 'closed' WHERE id = 1
UPDATE alerts SET status = 'Resolved' WHERE id = 1
UPDATE alerts SET status = NULL WHERE id = 1
INSERT INTO notes (alert_id, body) VALUES (1, NULL)
-- rule: type
UPDATE alerts SET opened_at = 'soon' WHERE id = 1
UPDATE visits SET day = day + INTERVAL '3 hours' WHERE id = 3
UPDATE visits SET day = arrived + INTERVAL '3 days' WHERE id = 3
UPDATE alerts SET opened_at = 1.5 WHERE id = 1
UPDATE alerts SET muted = 1 WHERE id = 1
UPDATE alerts SET muted = 'yes' WHERE id = 1
UPDATE settings SET value = TRUE WHERE name = 'theme'
UPDATE settings SET value = 0.5 WHERE name = 'theme'
UPDATE alerts SET team_id = title WHERE id = 1
INSERT INTO notes (alert_id, body) SELECT title, title FROM alerts
-- rule: update-from
UPDATE alerts SET status = 'open' FROM notes WHERE alerts.id = 1
-- rule: delete-using
DELETE FROM notes USING alerts WHERE notes.id = 1
-- rule: on-conflict
INSERT INTO notes (alert_id, body) VALUES (1, 'x') ON CONFLICT DO NOTHING
INSERT INTO notes (alert_id, body) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET body = 'y'
INSERT INTO notes (alert_id, body) VALUES (1, 'x') ON CONFLICT (id) DO NOTHING
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT DO NOTHING
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (price) DO NOTHING
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (id, price) DO NOTHING
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (id, id) DO NOTHING
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (nothing) DO NOTHING
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (rowid) DO NOTHING
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (lower(note)) DO NOTHING
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT ((id)) DO NOTHING
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (id COLLATE "C") DO NOTHING
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (id int4_ops) DO NOTHING
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (id) WHERE id > 0 DO NOTHING
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT ON CONSTRAINT bills_pkey DO NOTHING
INSERT INTO bills (id, price) SELECT id, 2.0 FROM bills ON CONFLICT (id) DO NOTHING
INSERT INTO bills (id, price) SELECT id, 2.0 FROM bills WHERE TRUE ON CONFLICT (id) DO NOTHING
INSERT INTO bills (price) VALUES (2) ON CONFLICT (id) DO NOTHING
INSERT INTO bills (price) VALUES (2) ON CONFLICT (id) DO UPDATE SET price = excluded.price
INSERT INTO bills (id, price) VALUES (1, 2), (1, 3) ON CONFLICT (id) DO UPDATE SET price = excluded.price
INSERT INTO bills (id, price) VALUES (1 + 0, 2) ON CONFLICT (id) DO UPDATE SET price = excluded.price
INSERT INTO bills (id, price) VALUES ((SELECT max(id) FROM bills), 2) ON CONFLICT (id) DO UPDATE SET price = excluded.price
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET price = (SELECT max(price) FROM bills)
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET price = 1 WHERE EXISTS (SELECT token FROM secrets)
INSERT INTO grades (student, course) VALUES ('Kim', 'Art') ON CONFLICT (student) DO NOTHING
INSERT INTO grades (student, course) VALUES ('Kim', 'Art') ON CONFLICT (course, "Final") DO NOTHING
-- rule: ambiguous
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET price = price + 1
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET price = 1 WHERE id = 1
-- rule: set
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET price = 1, price = 2
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET (price, note) = (1, 'a')
-- rule: value
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET price = 1.234
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET price = NULL
-- rule: type
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET price = excluded.note
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET note = 'x' WHERE excluded.price
-- rule: aggregate
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET price = max(excluded.price)
-- rule: column
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET price = excluded.nothing
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET nothing = 1
INSERT INTO audit (id, line) VALUES (1, 'x') ON CONFLICT (id) DO NOTHING
-- rule: table
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET price = 1 RETURNING excluded.price
INSERT INTO bills (id, price) VALUES (1, excluded.price) ON CONFLICT (id) DO NOTHING
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET price = secrets.token
-- rule: whole-row
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET note = excluded
-- rule: default
INSERT INTO bills (id, price) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET price = DEFAULT
-- rule: on-conflict
-- rule: insert
INSERT INTO notes VALUES (1, 2, 'x', 0)
INSERT INTO notes DEFAULT VALUES
INSERT INTO notes (alert_id, body) VALUES (1)
INSERT INTO notes (alert_id, body) VALUES (1, 'x', 2)
INSERT INTO notes (alert_id, body) SELECT id FROM alerts
INSERT INTO notes (alert_id, body) OVERRIDING SYSTEM VALUE VALUES (1, 'x')
-- rule: max-rows
INSERT INTO notes (alert_id, body) VALUES (1, 'a'), (1, 'b'), (1, 'c'), (1, 'd'), (1, 'e'), (1, 'f'), (1, 'g'), (1, 'h'), (1, 'i'), (1, 'j'), (1, 'k')
-- rule: returning
UPDATE alerts SET status = 'open' WHERE id = 1 RETURNING (SELECT max(id) FROM notes) AS m
-- rule: aggregate
UPDATE alerts SET opened_at = max(opened_at) WHERE id = 1
UPDATE alerts SET status = 'open' WHERE id = 1 RETURNING count(*)
-- rule: with-writes
WITH x AS (DELETE FROM notes WHERE id = 1 RETURNING id) UPDATE alerts SET status = 'open' WHERE id = 1
WITH x AS (INSERT INTO notes (alert_id, body) VALUES (1, 'x') RETURNING id) DELETE FROM notes WHERE id = 1
-- rule: only
UPDATE ONLY alerts SET status = 'open' WHERE id = 1
DELETE FROM ONLY notes WHERE id = 1
-- rule: comment
UPDATE alerts SET status = 'open' WHERE id = 1 -- AND muted
UPDATE alerts SET status = 'resolved' /* WHERE id = 1 */
-- rule: parameter
UPDATE alerts SET status = $1 WHERE id = 1
-- rule: function
UPDATE settings SET value = pg_read_file('/etc/passwd') WHERE name = 'theme'
INSERT INTO notes (alert_id, body) VALUES (1, load_extension('x'))
DELETE FROM notes WHERE id = 1 AND pg_sleep(9) IS NULL
UPDATE settings SET value = set_config('a.b', 'c', false) WHERE name = 'theme'
-- rule: whole-row
UPDATE settings SET value = settings WHERE name = 'theme'
-- rule: alias
INSERT INTO notes AS n (alert_id, body) VALUES (1, 'x')

-- Points in time.
-- as: binding
-- rule: interval
SELECT interval '1 day'
SELECT CAST(guest AS interval) FROM visits
SELECT '1 day'::interval AS long
SELECT arrived + INTERVAL '1.5 months' FROM visits
SELECT arrived + INTERVAL '1001 years' FROM visits
SELECT arrived + INTERVAL '12000 months 1 month' FROM visits
SELECT arrived + INTERVAL '1 century' FROM visits
SELECT arrived + INTERVAL '1-2' FROM visits
SELECT arrived + INTERVAL 'P1M' FROM visits
SELECT bucket(arrived, INTERVAL '1 month') FROM visits
SELECT timestamptz_pl_interval(arrived, 'soon') FROM visits
SELECT timestamptz_pl_interval(arrived, guest) FROM visits
SELECT arrived + INTERVAL '1 fortnight' FROM visits
SELECT arrived + INTERVAL '' FROM visits
SELECT arrived - INTERVAL '99999999999 days' FROM visits
SELECT arrived + INTERVAL 'infinity' FROM visits
SELECT opened_at + INTERVAL '1 day' FROM alerts
SELECT title + INTERVAL '1 day' FROM alerts
SELECT INTERVAL '1 day' - arrived FROM visits
SELECT INTERVAL '1 day' * 2 FROM visits
SELECT id FROM visits WHERE epoch(gone) - epoch(arrived) > INTERVAL '1 day'
SELECT count(INTERVAL '1 day') FROM visits
SELECT max(INTERVAL '1 day') FROM visits
SELECT date_trunc('day', INTERVAL '1 day')
-- rule: value
SELECT id FROM visits WHERE arrived > 'yesterday'
SELECT id FROM visits WHERE arrived > 'now'
SELECT id FROM visits WHERE arrived > 'infinity'
SELECT id FROM visits WHERE arrived > '2023-02-29 10:00'
SELECT id FROM visits WHERE arrived > '2024-02-29 25:00'
SELECT id FROM visits WHERE arrived > '2024-02-29 10:00 PST'
SELECT id FROM visits WHERE day = '2024-02-29 10:00'
SELECT id FROM visits WHERE day IN ('2024-02-29', 'today')
SELECT date 'today'
SELECT day - '2024-02-30' FROM visits
SELECT arrived - 'now' FROM visits
SELECT day - '2024-02-29 10:00' FROM visits
SELECT timestamp 'now'
-- rule: type
SELECT id FROM visits WHERE arrived > 5
SELECT id FROM visits WHERE arrived = guest
SELECT id FROM visits WHERE day = now()
SELECT arrived - 5 FROM visits
SELECT day - 1 FROM visits
SELECT 5 - day FROM visits
SELECT day - guest FROM visits
SELECT day - NULL FROM visits
SELECT day + arrived FROM visits
SELECT day + day FROM visits
SELECT -day FROM visits
SELECT date '2024-02-29' - date '2024-02-28'
SELECT extract(year FROM title) FROM alerts
SELECT arrived * 2 FROM visits
SELECT arrived || '' FROM visits
SELECT sum(arrived) FROM visits
SELECT avg(gone) FROM visits
SELECT lower(arrived) FROM visits
SELECT substr(arrived, 1, 10) FROM visits
SELECT id FROM visits WHERE arrived LIKE '2024%'
SELECT epoch(opened_at) FROM alerts
SELECT epoch('2024-02-29')
SELECT date(NULL)
SELECT date(title) FROM alerts
SELECT date_part('hour', opened_at) FROM alerts
SELECT to_timestamp(guest) FROM visits
SELECT id FROM alerts WHERE opened_at > now()
SELECT id FROM visits WHERE now()
-- as: action
UPDATE visits SET gone = epoch(now()) WHERE id = 1
UPDATE visits SET day = now() WHERE id = 1
UPDATE alerts SET opened_at = now() WHERE id = 1
-- rule: where
UPDATE visits SET gone = now() WHERE gone < now()
-- rule: value
UPDATE visits SET gone = 'tomorrow' WHERE id = 1
-- rule: column
UPDATE visits SET arrived = now() WHERE id = 1
-- rule: interval
UPDATE visits SET gone = INTERVAL '1 day' WHERE id = 1
-- as: action
-- rule: where
-- The columns of a key of two count together.
UPDATE grades SET "Final" = 1 WHERE student = 'Kim'
DELETE FROM grades WHERE course = 'Art'
-- rule: value
-- A number that the column would not keep as it is.
UPDATE bills SET price = 0.125 WHERE id = 1
UPDATE bills SET price = '0.125' WHERE id = 1
UPDATE bills SET price = 123456789 WHERE id = 1
UPDATE bills SET rate = 10 WHERE id = 1
UPDATE bills SET price = 1e-3 WHERE id = 1
INSERT INTO bills (price) VALUES (1e9)
-- rule: type
INSERT INTO bills (price, rate) SELECT price * 1.5, rate FROM bills
-- rule: number
UPDATE bills SET weight = 1e999 WHERE id = 1
UPDATE bills SET weight = 1e-999 WHERE id = 1
-- as: binding
SELECT id FROM bills WHERE weight > 1e-400
