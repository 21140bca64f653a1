INSERT INTO shows VALUES
  (1, 'Secrets of ice', 3, 124, 'planned'),
  (2, 'Edge of ice', 1, 72, 'planned'),
  (3, 'Journey of kitchen', 1, 76, 'full'),
  (4, 'Life of stars', 2, 75, 'planned'),
  (5, 'Journey of ice', 2, 214, 'planned');

INSERT INTO exhibits VALUES
  (100, 'magnet patroay', 'upper', 'working', 'Mira'),
  (101, 'magnet antifouling', 'ground', 'flaky', 'Quinn'),
  (102, 'wind globe', 'roof', 'working', 'Dora'),
  (103, 'mirror table', 'roof', 'flaky', 'Erik'),
  (104, 'serial wall', 'ground', 'flaky', 'Diego'),
  (105, 'sound wall', 'ground', 'working', 'Farah'),
  (106, 'plasma table', 'upper', 'flaky', 'Streernkagstend'),
  (107, 'fap table', 'roof', 'down', 'Wei'),
  (108, 'sound quibemur', 'ground', 'flaky', 'Bour'),
  (109, 'mirror tunnel', 'ground', 'working', 'Ylva'),
  (110, 'mirror dega', 'roof', 'down', 'Hana'),
  (111, 'mirror bjn', 'ground', 'down', 'Funeral');

INSERT INTO bookings VALUES
  (100, 'Lyon school', 59, TRUE, 'visited'),
  (101, 'Kyoto examine', 51, TRUE, 'visited'),
  (102, 'Pisa school', 28, TRUE, 'visited'),
  (103, 'Tampere school', 13, FALSE, 'confirmed'),
  (104, 'Aarhus toluene', 55, FALSE, 'confirmed'),
  (105, 'Ghent school', 21, FALSE, 'inquired');

INSERT INTO settings VALUES
  ('retries', 'Tries', 'number', '2'),
  ('closing', 'Closes at', 'text', '19:00'),
  ('limit', 'Most per day', 'number', '33'),
  ('backup', 'Back up every night', 'toggle', 'false'),
  ('paging', 'Page at night', 'toggle', 'false'),
  ('language', 'Language', 'text', 'Polish');
