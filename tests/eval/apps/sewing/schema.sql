CREATE TABLE garments (
  id INTEGER PRIMARY KEY,
  piece TEXT,
  customer TEXT,
  tailor TEXT,
  stage TEXT CHECK (stage IN ('measured', 'cut', 'sewn', 'fitted', 'handed_over')),
  price REAL
);

CREATE TABLE fabrics (
  code TEXT PRIMARY KEY,
  cloth TEXT CHECK (cloth IN ('linen', 'wool', 'silk', 'denim')),
  metres REAL,
  colour TEXT
);

CREATE TABLE alterations (
  id INTEGER PRIMARY KEY,
  request TEXT,
  owner TEXT,
  status TEXT CHECK (status IN ('taken_in', 'working', 'ready', 'collected'))
);

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  label TEXT,
  kind TEXT CHECK (kind IN ('text', 'number', 'toggle')),
  value TEXT
);
