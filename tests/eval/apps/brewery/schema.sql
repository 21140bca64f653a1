CREATE TABLE brews (
  id INTEGER PRIMARY KEY,
  style TEXT CHECK (style IN ('lager', 'stout', 'porter', 'wheat')),
  vessel TEXT,
  litres INTEGER,
  gravity REAL,
  stage TEXT CHECK (stage IN ('mashed', 'boiled', 'fermenting', 'conditioned', 'kegged'))
);

CREATE TABLE kegs (
  serial TEXT PRIMARY KEY,
  pub TEXT,
  litres_left INTEGER,
  status TEXT CHECK (status IN ('cleaned', 'filled', 'shipped', 'lost'))
);

CREATE TABLE complaints (
  id INTEGER PRIMARY KEY,
  subject TEXT,
  caller TEXT,
  status TEXT CHECK (status IN ('raised', 'investigated', 'settled'))
);

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  label TEXT,
  kind TEXT CHECK (kind IN ('text', 'number', 'toggle')),
  value TEXT
);
