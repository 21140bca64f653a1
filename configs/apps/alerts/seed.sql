INSERT INTO alerts (id, title, severity, status) VALUES
  (1, 'Disk almost full on db-1', 'high', 'open'),
  (2, 'Login errors above 5 %', 'critical', 'open'),
  (3, 'Certificate expires in 9 days', 'medium', 'open');

INSERT INTO metrics (id, name, at, value) VALUES
  (1, 'connections', 0, 42), (2, 'connections', 1, 45), (3, 'connections', 2, 51),
  (4, 'connections', 3, 48), (5, 'connections', 4, 57), (6, 'connections', 5, 63),
  (7, 'connections', 6, 61), (8, 'connections', 7, 58),
  (9, 'query_ms', 0, 3.1), (10, 'query_ms', 1, 2.9), (11, 'query_ms', 2, 3.4),
  (12, 'query_ms', 3, 4.8), (13, 'query_ms', 4, 4.1), (14, 'query_ms', 5, 3.6),
  (15, 'query_ms', 6, 3.3), (16, 'query_ms', 7, 3.2),
  (17, 'cache_hits', 0, 97.2), (18, 'cache_hits', 1, 97.9), (19, 'cache_hits', 2, 98.1),
  (20, 'cache_hits', 3, 96.4), (21, 'cache_hits', 4, 97.0), (22, 'cache_hits', 5, 98.3),
  (23, 'cache_hits', 6, 98.6), (24, 'cache_hits', 7, 98.4);

INSERT INTO settings (name, label, kind, value) VALUES
  ('email', 'Send alerts to', 'text', 'ops@example.org'),
  ('threshold', 'Disk threshold in percent', 'number', '90'),
  ('paging', 'Page at night', 'toggle', 'true');
