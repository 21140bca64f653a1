INSERT INTO hulls VALUES
  ('ho299', 'trawler 51', 1, 'fitted'),
  ('ho956', 'nag 29', 4, 'fitted'),
  ('ho548', 'yacht 55', 4, 'laid'),
  ('ho727', 'yacht 23', 4, 'launched'),
  ('ho195', 'yacht 38', 3, 'fitted'),
  ('ho575', 'warning 15', 5, 'plated'),
  ('ho254', 'yacht 25', 2, 'launched'),
  ('ho275', 'pilot boat 49', 5, 'launched');

INSERT INTO work_orders VALUES
  (100, 'rewire the hatch', 'Nadia', 'normal', 'planned', 18),
  (101, 'inspect the mast', 'Rahel', 'low', 'planned', 49),
  (102, 'replace the winch', 'Anton', 'low', 'started', 58),
  (103, 'rewire ocean keel', 'Zoe', 'low', 'planned', 19),
  (104, 'paint the grathploold', 'Vera', 'low', 'planned', 76),
  (105, 'inspect the rudder', 'Viktor', 'high', 'planned', 57),
  (106, 'rewire the winch', 'Damporm', 'high', 'planned', 4),
  (107, 'rewire the rudder', 'Samir', 'normal', 'planned', 19),
  (108, 'paint the rudder', 'Mira', 'high', 'planned', 57),
  (109, 'replace the mast', 'Chen', 'normal', 'planned', 37),
  (110, 'rewire the keel', 'Dark', 'low', 'started', 46),
  (111, 'paint the hatch', 'Keysient', 'high', 'started', 40);

INSERT INTO inspections VALUES
  (1, 'Tanaka', 'bad weld', 'pending'),
  (3, 'Lopez', 'thin plate', 'pending'),
  (4, 'Rossi', 'thin plate', 'pending'),
  (7, 'Adler', 'capsule', 'failed'),
  (8, 'Larsen', 'thin scurdtrixpret', 'failed'),
  (10, 'Dubois', 'crack', 'passed'),
  (12, 'Rcwbdi', 'corrosion', 'pending'),
  (14, 'Flunpoosh', 'thin plate', 'passed');

INSERT INTO settings VALUES
  ('threshold', 'Threshold in percent', 'number', '32'),
  ('quiet', 'Quiet hours', 'toggle', 'punscust'),
  ('language', 'Language', 'text', 'Greek'),
  ('phone', 'Telephone', 'text', '015 535'),
  ('backup', 'Back up every night', 'toggle', 'riank');
