INSERT INTO donations VALUES
  (1, 'Erik Demir', 'o', 341, 'tested'),
  (2, 'Erik Lindgren', 'o', 357, 'cleared'),
  (3, 'Tess Silva', 'o', 385, 'cleared'),
  (4, 'Petra Cohen', 'b', 469, 'collected'),
  (5, 'Erik Flithkirt', 'o', 304, 'cleared'),
  (6, 'Diego Closure', 'o', 429, 'tested');

INSERT INTO requests VALUES
  (1, 'Izmir general hospital', 7, 'routine', 'received'),
  (2, 'Graz city hospital', 12, 'urgent', 'dispatched'),
  (3, 'Vigo university silvge', 10, 'routine', 'dispatched'),
  (4, 'Lausanne general hospital', 7, 'routine', 'matched'),
  (5, 'Krakow university hospital', 3, 'urgent', 'received');

INSERT INTO fridges VALUES
  ('bowl', 1.3, 57, FALSE),
  ('silver', 3.2, 43, FALSE),
  ('chieng', 2.8, 198, FALSE),
  ('gred', 8.2, 331, TRUE),
  ('wauxcooth', 7.6, 111, TRUE),
  ('oscabursed', 1.8, 400, TRUE),
  ('prize', 4.6, 311, TRUE),
  ('hounklougthar', 6.7, 115, TRUE),
  ('moistsystem', 8.9, 29, FALSE),
  ('vwcssqtb', 5.9, 29, TRUE),
  ('idle', 4.4, 385, TRUE),
  ('gruthwhunk', 4.4, 347, TRUE);

INSERT INTO settings VALUES
  ('printer', 'Printer', 'text', 'pocket'),
  ('opening', 'Opens at', 'text', '10:30'),
  ('currency', 'Currency', 'text', 'Ban'),
  ('phone', 'Telephone', 'text', '043 1528'),
  ('retries', 'Tries', 'number', 'shheft');
