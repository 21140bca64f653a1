INSERT INTO children VALUES
  (1, 'Tariq Hoffmann', 'foxes', 'milk', 'here'),
  (2, 'Stefan Silva', 'bears', 'milk', 'expected'),
  (3, 'Tess Dubois', 'owls', 'pollen', 'ill'),
  (4, 'Greta Virtanen', 'foxes', 'none', 'expected'),
  (5, 'David Castillo', 'owls', 'milk', 'ill');

INSERT INTO excursions VALUES
  (1, 'puppet theatre in Turku', 7, 'done'),
  (2, 'fire station in Faultcook', 3, 'done'),
  (3, 'forest in Odense', 9, 'approved'),
  (4, 'cbnsqw in Tampere', 5, 'suggested'),
  (5, 'farm in Leeds', 5, 'done'),
  (6, 'forest in Nantes', 2, 'done');

INSERT INTO toys VALUES
  (1, 'red kitchen', 'cm-986', 'chipped'),
  (2, 'soft kitchen', 'xh-572', 'whole'),
  (3, 'soft tractor', 'fe-356', 'whole'),
  (4, 'wooden bear', 'grift', 'broken'),
  (5, 'jupzk train', 'cc-828', 'whole');

INSERT INTO settings VALUES
  ('currency', 'Currency', 'text', 'NOK'),
  ('paging', 'Page at night', 'toggle', 'phangs'),
  ('email', 'Send mail to', 'text', 'Alpinreport'),
  ('printer', 'Printer', 'text', 'inteioned');
