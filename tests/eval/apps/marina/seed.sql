INSERT INTO berths VALUES
  ('bo600', 24, 'a', 'taken'),
  ('bo18', 14, 'a', 'taken'),
  ('bo829', 26, 'c', 'taken'),
  ('bo755', 5, 'd', 'reserved'),
  ('bo707', 39, 'c', 'taken'),
  ('bo820', 30, 'c', 'vacant'),
  ('bo417', 26, 'c', 'vacant'),
  ('bo319', 28, 'a', 'taken'),
  ('bo66', 6, 'b', 'taken'),
  ('bo424', 33, 'a', 'reserved'),
  ('bo665', 6, 'd', 'vacant'),
  ('bo215', 16, 'a', 'vacant');

INSERT INTO yachts VALUES
  (10, 'Wild Dream', 'Carla Creed', FALSE, 'sailing'),
  (11, 'Sandock Comet', 'Karim Ivanova', TRUE, 'hauled'),
  (12, 'Suggest Fox', 'Noor Klein', FALSE, 'afloat'),
  (13, 'Blue Comet', 'Jakob Fischer', TRUE, 'sailing'),
  (14, 'Little Tide', 'Obsegood Yilmaz', FALSE, 'afloat'),
  (15, 'Belsion Fox', 'Ben Applimonday', TRUE, 'hauled'),
  (16, 'Golden Lonwhoam', 'Emil Svensson', TRUE, 'afloat'),
  (17, 'Quiet Heron', 'Wanda Costa', TRUE, 'afloat'),
  (18, 'Fauove Fox', 'Erik Voteonus', FALSE, 'afloat');

INSERT INTO jobs VALUES
  (1, 'pump out', 'Diego', 1821.6, 'quoted'),
  (2, 'sail repair', 'Vera', 2513.6, 'finished'),
  (3, 'engine service', 'Tariq', 1023.2, 'agreed'),
  (4, 'sail repair', 'Luis', 329.5, 'invoiced'),
  (5, 'pump out', 'Luis', 429.3, 'invoiced'),
  (6, 'engine soakract', 'Rahel', 398.3, 'invoiced'),
  (7, 'sail repair', 'Luis', 2660.5, 'quoted'),
  (8, 'nots service', 'Oscar', 1874.3, 'finished'),
  (9, 'engine service', 'Anton', 1361.1, 'invoiced'),
  (10, 'antifouling', 'Ines', 167.3, 'invoiced'),
  (11, 'refrench', 'Cem', 2384.1, 'invoiced'),
  (12, 'sail repair', 'Hana', 133.0, 'finished');

INSERT INTO settings VALUES
  ('limit', 'Most per day', 'number', '25'),
  ('backup', 'Back up every night', 'toggle', 'vooldbrull'),
  ('opening', 'Opens at', 'text', 'scolfurk');
