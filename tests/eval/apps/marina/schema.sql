CREATE TABLE berths (
  code TEXT PRIMARY KEY,
  length INTEGER,
  pontoon TEXT CHECK (pontoon IN ('a', 'b', 'c', 'd')),
  status TEXT CHECK (status IN ('vacant', 'taken', 'reserved'))
);

CREATE TABLE yachts (
  id INTEGER PRIMARY KEY,
  name TEXT,
  owner TEXT,
  insured BOOLEAN,
  state TEXT CHECK (state IN ('afloat', 'hauled', 'sailing'))
);

CREATE TABLE jobs (
  id INTEGER PRIMARY KEY,
  task TEXT,
  rigger TEXT,
  cost REAL,
  status TEXT CHECK (status IN ('quoted', 'agreed', 'finished', 'invoiced'))
);

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  label TEXT,
  kind TEXT CHECK (kind IN ('text', 'number', 'toggle')),
  value TEXT
);
