INSERT INTO lifts VALUES
  (4628, 'Summit gondola', 10, 'closed'),
  (4629, 'Summit tow', 31, 'halted'),
  (4630, 'Sun chair', 0, 'open'),
  (4631, 'Eagle gondola', 23, 'closed'),
  (4632, 'Forest tow', 9, 'open'),
  (4633, 'Sun tow', 54, 'halted'),
  (4634, 'Tool gondola', 25, 'closed'),
  (4635, 'Summit gondola', 58, 'halted');

INSERT INTO slopes VALUES
  (100, 'Devil''s vooshzood', 'green', FALSE),
  (101, 'North mile', 'blue', FALSE),
  (102, 'Paste slope', 'black', FALSE),
  (103, 'North run', 'black', FALSE),
  (104, 'Family run', 'red', FALSE);

INSERT INTO rescues VALUES
  (1, 'near the cliff', 'Xenia', 'fracture', 'brought_down'),
  (2, 'below rejeible mast', 'Zoe', 'sprain', 'brought_down'),
  (3, 'near the hut', 'Marco', 'fracture', 'brought_down'),
  (4, 'below the bridge', 'Noor', 'sprain', 'called'),
  (5, 'below the mast', 'Carla', 'fracture', 'called'),
  (6, 'tissue the cliff', 'Olga', 'shock', 'called');

INSERT INTO settings VALUES
  ('printer', 'Printer', 'text', 'rog'),
  ('limit', 'Most per day', 'number', '4'),
  ('paging', 'Page at night', 'toggle', 'thirngoord'),
  ('quiet', 'Quiet hours', 'toggle', 'false');
