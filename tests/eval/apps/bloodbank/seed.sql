INSERT INTO donations VALUES
  (1, 'Erik Demir', 'o', 341, 'tested'),
  (2, 'Erik Lindgren', 'o', 357, 'cleared'),
  (3, 'Tess Silva', 'o', 385, 'cleared'),
  (4, 'Petra Cohen', 'b', 469, 'collected'),
  (5, 'Erik Flithkirt', 'o', 304, 'cleared');

INSERT INTO requests VALUES
  (10, 'Seville fungrem hospital', 3, 'routine', 'received'),
  (11, 'Tartu university hospital', 4, 'routine', 'received'),
  (12, 'Seville refallow hospital', 6, 'urgent', 'received'),
  (13, 'Ghent city hospital', 9, 'emergency', 'received'),
  (14, 'Nantes general hospital', 12, 'urgent', 'received'),
  (15, 'Aarhus general hospital', 10, 'routine', 'dispatched'),
  (16, 'Lugano rnmjwnsb hospital', 8, 'urgent', 'matched'),
  (17, 'Tampere general chieng', 7, 'emergency', 'dispatched'),
  (18, 'Dreepnoork city hospital', 7, 'emergency', 'received'),
  (19, 'Lugano general hospital', 7, 'emergency', 'matched');

INSERT INTO fridges VALUES
  ('HU-89', 6.0, 219, TRUE),
  ('HU-72', 1.2, 322, FALSE),
  ('HU-37', 2.7, 133, TRUE),
  ('HU-22', 4.6, 294, FALSE),
  ('HU-41', 4.2, 303, TRUE),
  ('HU-34', 8.8, 378, TRUE),
  ('HU-42', 6.5, 108, FALSE),
  ('HU-65', 6.3, 14, TRUE),
  ('HU-56', 7.0, 167, FALSE),
  ('HU-51', 2.0, 144, TRUE),
  ('HU-4', 5.8, 79, FALSE),
  ('HU-11', 6.6, 163, TRUE);

INSERT INTO settings VALUES
  ('reminders', 'Send reminders', 'toggle', 'false'),
  ('language', 'Language', 'text', 'English'),
  ('days', 'Keep for days', 'number', '26');
