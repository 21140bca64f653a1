CREATE TABLE lots (
  number INTEGER PRIMARY KEY,
  title TEXT,
  consignor TEXT,
  estimate INTEGER,
  status TEXT CHECK (status IN ('catalogued', 'open', 'sold', 'withdrawn'))
);

CREATE TABLE bidders (
  paddle TEXT PRIMARY KEY,
  name TEXT,
  deposit INTEGER,
  approved BOOLEAN
);

CREATE TABLE condition_reports (
  id INTEGER PRIMARY KEY,
  lot_title TEXT,
  examiner TEXT,
  grade TEXT CHECK (grade IN ('mint', 'fine', 'restored', 'poor')),
  state TEXT CHECK (state IN ('requested', 'written', 'signed'))
);

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  label TEXT,
  kind TEXT CHECK (kind IN ('text', 'number', 'toggle')),
  value TEXT
);
