INSERT INTO children VALUES
  (1, 'Tariq Hoffmann', 'foxes', 'milk', 'here'),
  (2, 'Stefan Silva', 'bears', 'milk', 'expected'),
  (3, 'Tess Dubois', 'owls', 'pollen', 'ill'),
  (4, 'Greta Virtanen', 'foxes', 'none', 'expected'),
  (5, 'David Castillo', 'owls', 'milk', 'ill'),
  (6, 'Bruno Sport', 'bears', 'nuts', 'fetched');

INSERT INTO excursions VALUES
  (8579, 'puppet theatre in Porto', 7, 'done'),
  (8580, 'farm in Bremen', 6, 'suggested'),
  (8581, 'bakery in Lugano', 2, 'done'),
  (8582, 'fire station in Vigo O''Neill''s', 4, 'approved'),
  (8583, 'bakery in Lugano', 7, 'suggested');

INSERT INTO toys VALUES
  (1, 'old tractor', 'kf-441', 'broken'),
  (2, 'dadea tractor', 'we-398', 'broken'),
  (3, 'soft tractor', 'c-596', 'chipped'),
  (4, 'old sceaftthextash', 'rr-138', 'chipped'),
  (5, 'soft kitchen', 'f-64', 'chipped'),
  (6, 'red train', 'x-46', 'broken'),
  (7, 'jupzk train', 'cc-828', 'whole'),
  (8, 'soft train', 'fm-884', 'chipped'),
  (9, 'tiesbien tractor', 'ka-226', 'whole'),
  (10, 'big tractor', 'a-517', 'whole'),
  (11, 'wooden ball', 'rr-770', 'chipped'),
  (12, 'big train', 'pa-605', 'chipped');

INSERT INTO settings VALUES
  ('sender', 'Name of the sender', 'text', 'Greenleaf'),
  ('phone', 'Telephone', 'text', '048 1856'),
  ('reminders', 'Send reminders', 'toggle', 'custom'),
  ('retries', 'Tries', 'number', 'ribit');
