CREATE TABLE trains (
  number INTEGER PRIMARY KEY,
  line TEXT,
  driver TEXT,
  delay_minutes INTEGER,
  status TEXT CHECK (status IN ('due', 'arrived', 'departed', 'cancelled'))
);

CREATE TABLE switches (
  code TEXT PRIMARY KEY,
  junction TEXT,
  position TEXT CHECK (position IN ('left', 'right', 'locked')),
  heated BOOLEAN
);

CREATE TABLE defects (
  id INTEGER PRIMARY KEY,
  what TEXT,
  finder TEXT,
  severity TEXT CHECK (severity IN ('minor', 'serious', 'blocking')),
  state TEXT CHECK (state IN ('logged', 'secured', 'mended'))
);

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  label TEXT,
  kind TEXT CHECK (kind IN ('text', 'number', 'toggle')),
  value TEXT
);
