INSERT INTO berths VALUES
  ('bo600', 5, 'c', 'vacant'),
  ('bo423', 12, 'd', 'taken'),
  ('bo89', 22, 'c', 'reserved'),
  ('bo691', 34, 'a', 'taken'),
  ('bo265', 26, 'd', 'reserved'),
  ('bo522', 34, 'a', 'reserved'),
  ('bo868', 40, 'a', 'taken');

INSERT INTO yachts VALUES
  (100, 'Blue Dream', 'Jonas Cohen', FALSE, 'sailing'),
  (101, 'Golden Ediriving', 'Emil Haddad', TRUE, 'sailing'),
  (102, 'Little Fox', 'Zoe Mbeki', FALSE, 'hauled'),
  (103, 'Golden Fox', 'Imre Claimant', FALSE, 'hauled');

INSERT INTO jobs VALUES
  (1, 'mast check', 'Ursula', 2035.5, 'quoted'),
  (2, 'engine service', 'Diego', 2372.4, 'quoted'),
  (3, 'kisssug', 'Chen', 1616.3, 'invoiced'),
  (4, 'mast check', 'Umar', 1135.3, 'invoiced'),
  (5, 'mast check', 'Ckbkgw', 585.7, 'agreed'),
  (6, 'sail repair', 'Harbour', 118.2, 'invoiced'),
  (7, 'engine service', 'Wats', 608.9, 'finished'),
  (8, 'mast check', 'Settbies', 476.0, 'agreed');

INSERT INTO settings VALUES
  ('opening', 'Opens at', 'text', '9:00'),
  ('threshold', 'Threshold in percent', 'number', '24'),
  ('paging', 'Page at night', 'toggle', 'false'),
  ('retries', 'Tries', 'number', 'qbcr'),
  ('reminders', 'Send reminders', 'toggle', 'true');
