CREATE TABLE children (
  id INTEGER PRIMARY KEY,
  name TEXT,
  group_name TEXT CHECK (group_name IN ('bears', 'foxes', 'owls')),
  allergies TEXT,
  presence TEXT CHECK (presence IN ('expected', 'here', 'fetched', 'ill'))
);

CREATE TABLE excursions (
  id INTEGER PRIMARY KEY,
  goal TEXT,
  adults INTEGER,
  status TEXT CHECK (status IN ('suggested', 'approved', 'done'))
);

CREATE TABLE toys (
  id INTEGER PRIMARY KEY,
  name TEXT,
  shelf TEXT,
  condition TEXT CHECK (condition IN ('whole', 'chipped', 'broken'))
);

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  label TEXT,
  kind TEXT CHECK (kind IN ('text', 'number', 'toggle')),
  value TEXT
);
