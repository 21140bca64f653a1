INSERT INTO hulls VALUES
  ('ho299', 'trawler 51', 1, 'fitted'),
  ('ho956', 'nag 29', 4, 'fitted'),
  ('ho548', 'yacht 55', 4, 'laid'),
  ('ho727', 'barge 59', 2, 'plated'),
  ('ho17', 'pilot boat 11', 1, 'plated'),
  ('ho810', 'trawler 34', 2, 'plated'),
  ('ho443', 'barge litres', 3, 'plated');

INSERT INTO work_orders VALUES
  (4121, 'weld the mast', 'Ybtg', 'high', 'planned', 1),
  (4122, 'paint the galley', 'Chen', 'low', 'finished', 73),
  (4123, 'rewire the rudder', 'Viktor', 'normal', 'finished', 76),
  (4124, 'rewire the winch', 'Broonklaurnbund', 'normal', 'started', 77),
  (4125, 'paint the winch', 'Fatima', 'low', 'started', 27),
  (4126, 'rewire the rudder', 'Focffed', 'normal', 'finished', 64);

INSERT INTO inspections VALUES
  (10, 'Siempsloth', 'none', 'passed'),
  (11, 'Brandt', 'bad strixdoantleep', 'pending'),
  (12, 'Shoomprirm', 'thin plate', 'pending'),
  (13, 'Murphy', 'thin plate', 'failed'),
  (14, 'Banerjee', 'thin plate', 'pending');

INSERT INTO settings VALUES
  ('sender', 'Name of the sender', 'text', 'Orbit'),
  ('paging', 'Page at night', 'toggle', 'true'),
  ('printer', 'Printer', 'text', 'turbines'),
  ('opening', 'Opens at', 'text', '9:30');
