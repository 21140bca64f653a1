-- What both stores answer, row by row, in order. A statement stands on one line, below it its rows as
-- JSON; docs/sql.md explains the rest. Actions change what the statements behind them see.

-- as: binding
-- Points in time and days.
SELECT id, day, arrived, gone FROM visits ORDER BY id
--> [[1, "2024-02-28", "2024-02-28 23:59:59", "2024-02-29 01:30:00"], [2, "2024-02-29", "2024-02-29 00:00:00", null], [3, "2024-02-29", "2024-02-29 09:30:00.5", "2024-02-29 10:00:00"], [4, "2024-12-30", "2024-12-30 12:00:00", "2025-01-01 00:00:00"]]
SELECT id FROM visits WHERE arrived >= '2024-02-29' AND arrived < '2024-03-01' ORDER BY id
--> [[2], [3]]
SELECT id FROM visits WHERE arrived > '2024-02-29T09:30' AND gone = '2024-02-29T12:00+02:00'
--> [[3]]
SELECT id FROM visits WHERE arrived::date = day ORDER BY id
--> [[1], [2], [3], [4]]
SELECT id FROM visits WHERE arrived + INTERVAL '90 minutes' >= gone ORDER BY id
--> [[3]]
SELECT id, arrived + INTERVAL '1 second' AS a, arrived - INTERVAL '1 week 00:30' AS b, day + INTERVAL '1 day' AS c FROM visits ORDER BY id
--> [[1, "2024-02-29 00:00:00", "2024-02-21 23:29:59", "2024-02-29 00:00:00"], [2, "2024-02-29 00:00:01", "2024-02-21 23:30:00", "2024-03-01 00:00:00"], [3, "2024-02-29 09:30:01.5", "2024-02-22 09:00:00.5", "2024-03-01 00:00:00"], [4, "2024-12-30 12:00:01", "2024-12-23 11:30:00", "2024-12-31 00:00:00"]]
SELECT id, epoch(arrived) AS a, epoch(gone) - epoch(arrived) AS stay, epoch(day) AS d FROM visits ORDER BY id
--> [[1, 1709164799, 5401, 1709078400], [2, 1709164800, null, 1709164800], [3, 1709199000, 1800, 1709164800], [4, 1735560000, 129600, 1735516800]]
SELECT id, date_part('second', arrived) AS s, date_part('epoch', arrived) AS e FROM visits ORDER BY id
--> [[1, 59.0, 1709164799.0], [2, 0.0, 1709164800.0], [3, 0.5, 1709199000.5], [4, 0.0, 1735560000.0]]
SELECT id, extract(year FROM arrived) AS y, extract(quarter FROM arrived) AS q, extract(month FROM arrived) AS m, extract(day FROM arrived) AS d, extract(hour FROM arrived) AS h, extract(minute FROM arrived) AS i, extract(second FROM arrived) AS s FROM visits ORDER BY id
--> [[1, 2024, 1, 2, 28, 23, 59, 59], [2, 2024, 1, 2, 29, 0, 0, 0], [3, 2024, 1, 2, 29, 9, 30, 0], [4, 2024, 4, 12, 30, 12, 0, 0]]
SELECT id, extract(week FROM day) AS w, extract(dow FROM day) AS d, extract(isodow FROM day) AS i, extract(doy FROM day) AS y FROM visits ORDER BY id
--> [[1, 9, 3, 3, 59], [2, 9, 4, 4, 60], [3, 9, 4, 4, 60], [4, 1, 1, 1, 365]]
SELECT id, date_trunc('second', arrived) AS s, date_trunc('minute', arrived) AS i, date_trunc('hour', arrived) AS h, date_trunc('day', gone) AS d FROM visits WHERE id IN (1, 3) ORDER BY id
--> [[1, "2024-02-28 23:59:59", "2024-02-28 23:59:00", "2024-02-28 23:00:00", "2024-02-29 00:00:00"], [3, "2024-02-29 09:30:00", "2024-02-29 09:30:00", "2024-02-29 09:00:00", "2024-02-29 00:00:00"]]
SELECT id, date_trunc('week', day) AS w, date_trunc('month', day) AS m, date_trunc('quarter', day) AS q, date_trunc('year', day) AS y FROM visits WHERE id > 2 ORDER BY id
--> [[3, "2024-02-26 00:00:00", "2024-02-01 00:00:00", "2024-01-01 00:00:00", "2024-01-01 00:00:00"], [4, "2024-12-30 00:00:00", "2024-12-01 00:00:00", "2024-10-01 00:00:00", "2024-01-01 00:00:00"]]
SELECT date_trunc('day', arrived) AS day, count(*) AS n FROM visits GROUP BY date_trunc('day', arrived) ORDER BY day
--> [["2024-02-28 00:00:00", 1], ["2024-02-29 00:00:00", 2], ["2024-12-30 00:00:00", 1]]
SELECT bucket(arrived, INTERVAL '1 hour') AS x, count(*) AS y FROM visits GROUP BY bucket(arrived, INTERVAL '1 hour') ORDER BY x
--> [[1709161200, 1], [1709164800, 1], [1709197200, 1], [1735560000, 1]]
SELECT id, to_timestamp(opened_at) AS opened, to_timestamp(-0.25) AS before FROM alerts WHERE id = 1
--> [[1, "1970-01-01 00:01:40", "1969-12-31 23:59:59.75"]]
SELECT min(arrived) AS first, max(gone) AS last, count(DISTINCT day) AS days FROM visits
--> [["2024-02-28 23:59:59", "2025-01-01 00:00:00", 3]]
SELECT id, coalesce(gone, '2024-06-01') AS until, greatest(arrived, '2024-02-29') AS since FROM visits ORDER BY id
--> [[1, "2024-02-29 01:30:00", "2024-02-29 00:00:00"], [2, "2024-06-01 00:00:00", "2024-02-29 00:00:00"], [3, "2024-02-29 10:00:00", "2024-02-29 09:30:00.5"], [4, "2025-01-01 00:00:00", "2024-12-30 12:00:00"]]
SELECT guest || ' on ' || day AS label FROM visits WHERE id = 1
--> [["Ada on 2024-02-28"]]
SELECT count(*) AS n FROM visits WHERE arrived < now() AND day < CURRENT_DATE AND now() = CURRENT_TIMESTAMP
--> [[4]]
SELECT CASE WHEN date(now()) = CURRENT_DATE AND epoch(now()) > 1700000000 AND date_part('second', now()) = extract(second FROM now()) THEN 'yes' END AS same
--> [["yes"]]
-- Months end when they end; the interval's months go first, then days, then the rest.
SELECT id, arrived + INTERVAL '1 month' AS a, arrived - INTERVAL '1 month' AS b, arrived + INTERVAL '1 year' AS c, arrived - INTERVAL '4 years' AS d, arrived + INTERVAL '10 months' AS e FROM visits ORDER BY id
--> [[1, "2024-03-28 23:59:59", "2024-01-28 23:59:59", "2025-02-28 23:59:59", "2020-02-28 23:59:59", "2024-12-28 23:59:59"], [2, "2024-03-29 00:00:00", "2024-01-29 00:00:00", "2025-02-28 00:00:00", "2020-02-29 00:00:00", "2024-12-29 00:00:00"], [3, "2024-03-29 09:30:00.5", "2024-01-29 09:30:00.5", "2025-02-28 09:30:00.5", "2020-02-29 09:30:00.5", "2024-12-29 09:30:00.5"], [4, "2025-01-30 12:00:00", "2024-11-30 12:00:00", "2025-12-30 12:00:00", "2020-12-30 12:00:00", "2025-10-30 12:00:00"]]
SELECT id, (day + INTERVAL '1 day') + INTERVAL '2 months' AS a, day + INTERVAL '2 months 1 day' AS b, day + INTERVAL '1 day 2 months' AS c, day - INTERVAL '10 months' AS d FROM visits WHERE id IN (1, 4) ORDER BY id
--> [[1, "2024-04-29 00:00:00", "2024-04-29 00:00:00", "2024-04-29 00:00:00", "2023-04-28 00:00:00"], [4, "2025-02-28 00:00:00", "2025-03-01 00:00:00", "2025-03-01 00:00:00", "2024-02-29 00:00:00"]]
SELECT id, date(day - INTERVAL '29 days') + INTERVAL '1 month' AS leap, (day + INTERVAL '1 day') - INTERVAL '1 month' AS down, gone + INTERVAL '1 month' AS none, day - INTERVAL '100 years 1 second' AS century FROM visits WHERE id IN (2, 4) ORDER BY id
--> [[2, "2024-02-29 00:00:00", "2024-02-01 00:00:00", null, "1924-02-28 23:59:59"], [4, "2025-01-01 00:00:00", "2024-11-30 00:00:00", "2025-02-01 00:00:00", "1924-12-29 23:59:59"]]
SELECT to_timestamp(1675123200) + INTERVAL '1 month' AS a, to_timestamp(1675123200) + INTERVAL '13 months -1 day' AS b, to_timestamp(1675123200) - INTERVAL '-1 month 1 day' AS c, to_timestamp(-1) - INTERVAL '900 years' AS d, to_timestamp(1675123200) + INTERVAL '1 mon 12345 days 86399 seconds' AS e
--> [["2023-02-28 00:00:00", "2024-02-28 00:00:00", "2023-02-27 00:00:00", "1069-12-31 23:59:59", "2056-12-16 23:59:59"]]
SELECT id FROM visits WHERE arrived + INTERVAL '1 month' > '2024-03-29' AND arrived < now() - INTERVAL '1 month' ORDER BY id
--> [[3], [4]]
-- Differences: days between days, whole seconds else.
SELECT id, date(gone) - day AS days, gone - arrived AS seconds, arrived - gone AS back, day - '2024-03-01' AS until, '2025-03-01' - day AS since, gone - day AS mixed FROM visits ORDER BY id
--> [[1, 1, 5401, -5401, -2, 367, 91800], [2, null, null, null, -1, 366, null], [3, 0, 1800, -1800, -1, 366, 36000], [4, 2, 129600, -129600, 304, 61, 172800]]
SELECT id, arrived - '2024-02-29 09:30:00.25' AS a, '2024-02-29 09:30:01' - arrived AS b, '1969-12-31' - day AS c FROM visits WHERE id = 3
--> [[3, 0, 1, -19783]]
SELECT id FROM visits WHERE gone - arrived > 3600 AND date(gone) - day BETWEEN 1 AND 7 ORDER BY gone - arrived DESC
--> [[4], [1]]
SELECT max(day) - min(day) AS d, max(arrived) - min(arrived) AS s, max(day) + INTERVAL '2 months' AS e FROM visits WHERE id < 5
--> [[306, 26395201, "2025-02-28 00:00:00"]]
SELECT date(gone) - day AS days, count(*) AS n FROM visits GROUP BY date(gone) - day ORDER BY days
--> [[0, 1], [1, 1], [2, 1], [null, 1]]
SELECT sum(date(gone) - day) AS s, round(avg(gone - arrived), 2) AS mean, max(day - '2024-02-28') / 7 AS weeks FROM visits
--> [[3, 45600.33, 43]]

-- as: action
INSERT INTO visits (guest, day, arrived) VALUES ('Zoe', CURRENT_DATE, now() - INTERVAL '2 hours')
UPDATE visits SET gone = now() WHERE id = 2
UPDATE visits SET gone = arrived + INTERVAL '1 day' WHERE id = 3 RETURNING id, gone
--> [[3, "2024-03-01 09:30:00.5"]]
-- as: binding
SELECT guest FROM visits WHERE arrived > now() - INTERVAL '3 hours' AND arrived < now() - INTERVAL '1 hour'
--> [["Zoe"]]
SELECT id FROM visits WHERE gone BETWEEN now() - INTERVAL '10 minutes' AND now()
--> [[2]]

-- Where the databases differ by themselves.
SELECT id, CAST(round(value) AS integer) AS r, CAST(floor(value) AS integer) AS f, ceil(value)::int AS c FROM metrics WHERE id > 3 ORDER BY id
--> [[4, 13, 12, 13], [5, 14, 14, 14], [6, 11, 11, 11]]
SELECT 7 / 2 AS a, -7 / 2 AS b, -7 % 3 AS c, 7 / 0 AS d, 1.0 / 4 AS e
--> [[3, -3, -1, null, 0.25]]
SELECT sum(opened_at) / count(*) AS mean, round(avg(value), 2) AS v FROM alerts JOIN metrics ON metrics.id = alerts.id
--> [[120, 5.6]]
SELECT id FROM alerts ORDER BY team_id DESC, id
--> [[5], [3], [2], [1], [4]]
SELECT id FROM alerts WHERE title LIKE '%DISK%' ORDER BY id
--> [[1], [4]]
SELECT bucket(-7, 5) AS b, greatest(1, NULL, 3) AS g, least(2, NULL) AS l, round(2.345, 2) AS r
--> [[-10, 3, 2, 2.35]]
SELECT muted, count(*) AS n FROM alerts GROUP BY muted ORDER BY n
--> [[true, 2], [false, 3]]

-- Texts made of several.
SELECT left(title, 4) AS a, left(title, -5) AS b, left(title, 0) AS c, left(title, 99) AS d, left(title, -99) AS e, right(title, 3) AS f, right(title, -10) AS g, right(title, 0) AS h, right(title, 2147483647) AS i, right(title, -2147483647) AS j FROM alerts WHERE id = 4
--> [["Disk", "Disk", "", "Disk slow", "", "low", "", "", "Disk slow", ""]]
SELECT left("имя", 2) AS a, right("имя", 2) AS b, left("名前", -1) AS c, right("名前", -1) AS d, left("🙂🙂x", 1) AS e, right("say ""hi""", 5) AS f FROM (SELECT id, "имя", "名前", "say ""hi""", '🙂🙂x' AS "🙂🙂x" FROM "Größen & Maße") AS q ORDER BY id
--> [["Ан", "на", "花", "子", "🙂", "y"], ["Пё", "тр", "太", "郎", "🙂", null]]
SELECT id, left(on_call, 1) AS l, right(on_call, 1) AS r, concat(name, '-', on_call) AS c, concat(on_call) AS d, concat_ws(', ', name, on_call, id) AS e, concat_ws(', ', on_call, NULL) AS f, concat_ws(NULL, name, 'x') AS g, concat_ws('', '', name, '') AS h, concat_ws('-', '', '') AS i FROM teams ORDER BY id
--> [[1, "A", "a", "Storage-Ada", "Ada", "Storage, Ada, 1", "Ada", null, "Storage", "-"], [2, null, null, "Network-", "", "Network, 2", "", null, "Network", "-"], [3, "L", "n", "Search-Lin", "Lin", "Search, Lin, 3", "Lin", null, "Search", "-"]]
SELECT concat(guest, ' on ', day, ' or ', id * -2) AS c, concat_ws('ö', 'ä', guest, -9223372036854775807) AS w FROM visits WHERE id = 1
--> [["Ada on 2024-02-28 or -2", "äöAdaö-9223372036854775807"]]
SELECT concat(sum(quantity) - 1) AS s, concat(max(note), NULL) AS n FROM bills WHERE id > 9
--> [["", ""]]
SELECT string_agg(title, ', ' ORDER BY id) AS a, string_agg(title, ', ' ORDER BY id DESC) AS b, string_agg(severity, ',') AS c, string_agg(DISTINCT severity, ',') AS d, string_agg(DISTINCT severity, '' ORDER BY severity DESC) AS e FROM alerts
--> [["Disk almost full, Packet loss, Index lag, Disk slow, Who owns this?", "Who owns this?, Disk slow, Index lag, Packet loss, Disk almost full", "critical,high,low,low,medium", "critical,high,low,medium", "mediumlowhighcritical"]]
SELECT team_id, string_agg(title, '; ' ORDER BY muted, opened_at DESC) AS t, string_agg(title, ', ') FILTER (WHERE muted) AS m, count(*) AS n FROM alerts GROUP BY team_id ORDER BY team_id
--> [[1, "Disk slow; Disk almost full", null, 2], [2, "Packet loss", null, 1], [3, "Index lag", "Index lag", 1], [null, "Who owns this?", "Who owns this?", 1]]
SELECT string_agg(title, '|' ORDER BY team_id DESC NULLS LAST, severity) AS a, string_agg(title, '|' ORDER BY team_id NULLS FIRST, opened_at) AS b, string_agg(title, '|' ORDER BY muted) AS c FROM alerts
--> [["Index lag|Packet loss|Disk almost full|Disk slow|Who owns this?", "Who owns this?|Disk almost full|Disk slow|Packet loss|Index lag", "Disk almost full|Disk slow|Packet loss|Index lag|Who owns this?"]]
SELECT string_agg(on_call, ', ' ORDER BY name) AS a, string_agg(on_call, ', ') AS b, string_agg(name, ', ' ORDER BY on_call, id) AS c, string_agg(DISTINCT on_call, ',') AS d, string_agg(name, ',') FILTER (WHERE id > 9) AS e FROM teams
--> [["Lin, Ada", "Ada, Lin", "Storage, Search, Network", "Ada,Lin", null]]
SELECT string_agg(name, ',') AS none FROM teams WHERE id > 9
--> [[null]]
SELECT string_agg(CAST(id AS text), ',' ORDER BY id DESC) AS a, string_agg(note, ' ' ORDER BY price * quantity DESC, rate) AS b, string_agg(CAST(quantity AS text), '<' ORDER BY quantity) AS c FROM bills
--> [["4,3,2,1", "\\\\srv\\share a\\b ab", "1<3<9007199254740993<4611686018427387904"]]
SELECT string_agg("имя", ', ' ORDER BY "名前") AS a, string_agg("имя" || "größe", ', ') AS b FROM "Größen & Maße"
--> [["Пётр, Анна", "АннаXL, ПётрL"]]
SELECT string_agg(s, ';' ORDER BY d DESC, s) AS a FROM (SELECT guest || id AS s, day AS d FROM visits WHERE id < 5) AS q
--> [["Lin4;Kim2;Lee3;Ada1"]]
SELECT count(*) AS n, max(l) AS m FROM (SELECT x.id AS id, length(string_agg(y.title || z.title, ',' ORDER BY y.title, z.id)) AS l FROM alerts AS x, alerts AS y, alerts AS z GROUP BY x.id) AS q
--> [[5, 614]]
SELECT t.id, (SELECT string_agg(a.title, ', ' ORDER BY a.opened_at DESC) FROM alerts AS a WHERE a.team_id = t.id) AS titles FROM teams AS t ORDER BY id
--> [[1, "Disk slow, Disk almost full"], [2, "Packet loss"], [3, "Index lag"]]
SELECT s FROM (SELECT severity || CASE WHEN id = 4 THEN 'é' ELSE 'Z' END AS s FROM alerts UNION ALL SELECT 'Low' UNION ALL SELECT 'low') AS q WHERE s COLLATE "C" >= 'A' AND s <> 'low' COLLATE "C" ORDER BY s COLLATE "C" DESC
--> [["mediumé"], ["lowZ"], ["lowZ"], ["highZ"], ["criticalZ"], ["Low"]]
SELECT s, row_number() OVER (ORDER BY s COLLATE "C", n) AS r FROM (SELECT 'b' AS s, 1 AS n UNION ALL SELECT 'B', 2 UNION ALL SELECT 'ä', 3 UNION ALL SELECT 'a', 4 UNION ALL SELECT '', 5 UNION ALL SELECT NULL, 6) AS q WHERE s COLLATE "C" BETWEEN '' AND 'ö' OR s IS NULL ORDER BY q.s COLLATE "C"
--> [["", 1], ["B", 2], ["a", 3], ["b", 4], ["ä", 5], [null, 6]]

-- Numbers and points in time as texts; PostgreSQL leaves a place for the sign.
SELECT id, to_char(value, '990.00') AS a, to_char(value, 'FM990.0') AS b, to_char(-value, '9.9') AS c, to_char(value * 1000, '9,999,990') AS d, to_char(value, '9') AS e FROM metrics WHERE id IN (1, 2, 4) ORDER BY id
--> [[1, "   0.50", "0.5", " -.5", "       500", " 1"], [2, "   0.75", "0.8", " -.8", "       750", " 1"], [4, "  12.50", "12.5", "-#.#", "    12,500", " #"]]
SELECT to_char(0, '990') AS a, to_char(0, 'FM9') AS b, to_char(-0.4, '90') AS c, to_char(-0.004, '0.00') AS d, to_char(0.0, '9.99') AS e, to_char(-0.5, 'FM0') AS f, to_char(-1.005, 'FM0.00') AS g, to_char(2.675, '0.00') AS h, to_char(999.995, '999.99') AS i, to_char(1234567, 'FM999,999') AS j, to_char(-1234567, '9,999,999') AS k, to_char(12, '000,000') AS l
--> [["   0", "0", "  0", " 0.00", "  .00", "-1", "-1.01", " 2.68", " ###.##", "###,###", "-1,234,567", " 000,012"]]
SELECT to_char(count(*), 'FM9,999,999,999,999') AS a, to_char(sum(id), '99') AS b, to_char(avg(id), '9.000') AS c, to_char(sum(CAST(NULL AS integer)), '9') AS d, to_char(max(opened_at) / 7, '99 %') AS e FROM alerts
--> [["5", " 15", " 3.000", null, " 20 %"]]
SELECT id, to_char(quantity, 'FM9,999,999,999,999,999,990') AS a, to_char(price, 'FM999,990.00') AS b, to_char(price * quantity, '99.0') AS c, to_char(rate, '9.999') AS d, to_char(price + 0.005, 'FM0.00€') AS e FROM bills WHERE id < 5 ORDER BY id
--> [[1, "3", "0.10", "   .3", "  .075", "0.11€"], [2, "1", "0.10", "   .1", null, "0.11€"], [3, "9,007,199,254,740,993", "0.10", " ##.#", " 1.500", "0.11€"], [4, "4,611,686,018,427,387,904", "1,234.50", " ##.#", "  .100", "#.##€"]]
SELECT id, to_char(arrived, 'YYYY-MM-DD HH24:MI:SS') AS a, to_char(arrived, 'FMDD.FMMM.YY HH12:MI AM MS') AS b, to_char(arrived, 'Dy, DD Mon') AS c, to_char(day, 'FMMonth" of "YYYY, Q') AS d, to_char(day, 'IYYY-"W"IW-ID DDD D') AS e FROM visits WHERE id < 5 ORDER BY id
--> [[1, "2024-02-28 23:59:59", "28.2.24 11:59 PM 000", "Wed, 28 Feb", "February of 2024, 1", "2024-W09-3 059 4"], [2, "2024-02-29 00:00:00", "29.2.24 12:00 AM 000", "Thu, 29 Feb", "February of 2024, 1", "2024-W09-4 060 5"], [3, "2024-02-29 09:30:00", "29.2.24 09:30 AM 500", "Thu, 29 Feb", "February of 2024, 1", "2024-W09-4 060 5"], [4, "2024-12-30 12:00:00", "30.12.24 12:00 PM 000", "Mon, 30 Dec", "December of 2024, 4", "2025-W01-1 365 2"]]
SELECT v.id, to_char(w.gone, 'HH24') AS h FROM visits AS v LEFT JOIN visits AS w ON w.id = v.id AND v.id IN (1, 4) WHERE v.id < 5 ORDER BY id
--> [[1, "01"], [2, null], [3, null], [4, "00"]]
SELECT to_char(day, 'YYYY-MM') AS month, count(*) AS n, to_char(min(arrived), 'Day|Month|DAY|mon') AS first FROM visits WHERE id < 5 GROUP BY to_char(day, 'YYYY-MM') ORDER BY month
--> [["2024-02", 3, "Wednesday|February |WEDNESDAY|feb"], ["2024-12", 1, "Monday   |December |MONDAY   |dec"]]
SELECT to_char(day - INTERVAL '1 month', 'YYYY年MM月DD日') AS t FROM visits WHERE id = 1
--> [["2024年01月28日"]]

-- What to do with a row that is there already.
-- as: action
INSERT INTO grades (student, course, "index", "Final") VALUES ('Kim', 'Art', 7, 6) ON CONFLICT (course, student) DO UPDATE SET "Final" = excluded."Final" RETURNING student, course, "index", "Final"
--> [["Kim", "Art", 2, 6]]
INSERT INTO grades (student, course, "index", "Final") VALUES ('Ann', 'Art', 7, NULL) ON CONFLICT (course, student) DO UPDATE SET "Final" = excluded."Final" RETURNING student, course, "index", "Final"
--> [["Ann", "Art", 7, null]]
INSERT INTO grades (student, course, "index") VALUES ('Kim', 'Art', 9), ('Ann', 'Maths', 8), ('Ann', 'Maths', 9) ON CONFLICT (student, course) DO NOTHING RETURNING student, course, "index"
--> [["Ann", "Maths", 8]]
INSERT INTO grades (student, course, "index") VALUES ('Ann', 'Maths', 10) ON CONFLICT (student, course) DO NOTHING RETURNING student
--> []
INSERT INTO grades (student, course, "index") VALUES ('Ann', 'Maths', 10) ON CONFLICT (student, course) DO UPDATE SET "index" = grades."index" + excluded."index", "Final" = 1 WHERE grades."Final" IS NULL AND excluded."index" > 9
INSERT INTO grades (student, course, "index") VALUES ('Ann', 'Maths', 10) ON CONFLICT (student, course) DO UPDATE SET "index" = 0 WHERE grades."Final" IS NULL RETURNING student
--> []
INSERT INTO bills (id, price, note) VALUES (7, 1.10, 'ä') ON CONFLICT (id) DO UPDATE SET price = bills.price + excluded.price, note = concat(bills.note, excluded.note), rate = 0.25
INSERT INTO bills (id, price, note) VALUES (7, 1.25, 'b') ON CONFLICT (id) DO UPDATE SET price = bills.price + excluded.price, note = concat(bills.note, excluded.note), rate = 0.25
INSERT INTO bills (id, price, weight) VALUES (7, 1, 3) ON CONFLICT (id) DO UPDATE SET weight = excluded.weight, quantity = bills.quantity + 1, id = excluded.id
-- as: binding
SELECT student, course, "index", "Final" FROM grades WHERE student = 'Ann' ORDER BY course
--> [["Ann", "Art", 7, null], ["Ann", "Maths", 18, 1]]
SELECT id, price, rate, quantity, weight, note FROM bills WHERE id > 4
--> [[7, 2.35, 0.25, 2, 3.0, "äb"]]
-- as: action
UPDATE grades SET "Final" = 4 WHERE student = 'Kim' AND course = 'Art'
-- as: binding

-- HAVING of all rows as one group.
SELECT count(*) AS n, max(id) AS m FROM alerts HAVING count(*) > 4
--> [[5, 5]]
SELECT count(*) AS n FROM alerts HAVING count(*) > 5
--> []
SELECT count(*) AS n FROM alerts WHERE id > 99 HAVING count(*) = 0
--> [[0]]
SELECT sum(id) AS s FROM alerts WHERE id > 99 HAVING sum(id) > 0
--> []
SELECT sum(id) AS s FROM alerts WHERE id > 99 HAVING sum(id) IS NULL ORDER BY max(id) LIMIT 3
--> [[null]]
SELECT id, (SELECT max(body) FROM notes HAVING count(*) > 2) AS a, (SELECT max(body) FROM notes HAVING count(*) > 3) AS b FROM teams WHERE EXISTS (SELECT count(*) AS n FROM notes HAVING count(*) = 3) AND id IN (SELECT min(id) FROM alerts HAVING min(id) < 2)
--> [[1, "ordered a disk", null]]
SELECT id FROM teams WHERE EXISTS (SELECT count(*) AS n FROM notes HAVING count(*) > 3) OR id = (SELECT count(*) FROM notes AS n WHERE n.alert_id = teams.id HAVING count(*) > 5)
--> []
SELECT n FROM (SELECT count(*) AS n FROM notes HAVING count(*) > 3) AS q UNION ALL SELECT count(*) FROM notes HAVING max(id) = 3
--> [[3]]

-- Names and backslashes.
SELECT "größe", "имя", "名前", "Ωμέγα", "🙂", "user" FROM "Größen & Maße" ORDER BY "Ωμέγα"
--> [["XL", "Анна", "花子", 7, 3, "ACME\\bob"], ["L", "Пётр", "太郎", 8, null, "ACMEbob"]]
SELECT id FROM "Größen & Maße" WHERE "user" = 'ACME\bob' OR "a.b" = 'C:\50%_off' ORDER BY id
--> [[1], [2]]
SELECT id FROM "Größen & Maße" WHERE "user" LIKE 'acme\b%'
--> [[1]]
SELECT id FROM "Größen & Maße" WHERE "a.b" LIKE '%\50%' OR "back\slash" LIKE '\\SRV\%' ORDER BY id
--> [[1], [2]]
SELECT id FROM "Größen & Maße" WHERE "a.b" LIKE '%50\%\_%' ESCAPE '\'
--> [[2]]
SELECT id FROM "Größen & Maße" WHERE "a.b" NOT LIKE '%\%'
--> [[1]]
-- as: action
UPDATE "Größen & Maße" SET "say ""hi""" = 'a\''b\', "order" = "order" + 1 WHERE "user" = 'ACME\bob' RETURNING "say ""hi""", "order"
--> [["a\\'b\\", 2]]
INSERT INTO "Größen & Maße" (id, "back\slash", "it's") VALUES (3, '\', 'ü') RETURNING "back\slash" AS "Ä"
--> [["\\"]]
DELETE FROM "Größen & Maße" WHERE "имя" = 'Пётр'
-- as: binding
SELECT id, "back\slash" FROM "Größen & Maße" ORDER BY id
--> [[1, "\\\\srv\\share"], [3, "\\"]]
-- as: binding
-- Decimals, large numbers and backslashes.
SELECT sum(price) AS total FROM bills WHERE id < 4
--> [[0.3]]
SELECT id, price * quantity AS all FROM bills WHERE id < 3 ORDER BY id
--> [[1, 0.3], [2, 0.1]]
SELECT count(*) AS n FROM bills WHERE price + 0.1 + 0.1 = 0.3
--> [[3]]
SELECT round(price * rate, 2) AS tax, price * rate AS exact FROM bills WHERE id = 4
--> [[123.45, 123.45]]
SELECT round(2.675, 2) AS a, round(0.125, 2) AS b, round(-1.005, 2) AS c, round(9.999, 2) AS d, round(weight, 1) AS e FROM bills WHERE id = 2
--> [[2.68, 0.13, -1.01, 10.0, 0.2]]
SELECT 0.1 + 0.2 AS a, 3 * 0.1 AS b FROM bills WHERE id = 1
--> [[0.3, 0.3]]
SELECT id, quantity FROM bills WHERE quantity > 9007199254740992 ORDER BY id
--> [[3, 9007199254740993], [4, 4611686018427387904]]
SELECT id FROM bills WHERE note LIKE 'A\B' OR note LIKE '\\%' ORDER BY id
--> [[1], [4]]
SELECT id FROM bills WHERE note = '\\srv\share'
--> [[4]]
-- as: action
UPDATE bills SET weight = 2.2606631148481385e-299, price = price * 1.15 WHERE id = 1
UPDATE bills SET price = price + 0.1, rate = rate / 7, note = 'c:\temp' WHERE id = 4
-- as: binding
SELECT id, weight, price, rate, note FROM bills WHERE id IN (1, 4) ORDER BY id
--> [[1, 2.2606631148481385e-299, 0.12, 0.075, "a\\b"], [4, 1.5, 1234.6, 0.014, "c:\\temp"]]
SELECT id FROM bills WHERE weight = 2.2606631148481385e-299
--> [[1]]
