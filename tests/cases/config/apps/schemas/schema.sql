-- CREATE TABLE photos (image BLOB);
/* so is this: CREATE TABLE photos (image BLOB); */
CREATE TABLE IF NOT EXISTS main."photos" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  title VARCHAR ( 20 ) NOT NULL DEFAULT 'a, "b" (c); CREATE TABLE photos (x BLOB)',
  image blob NOT NULL,
  [thumb] Medium Blob,
  `about` JSON,
  code STRING CHECK (code IN ('a', 'b')),
  size INTEGER GENERATED ALWAYS AS (length(image)) STORED,
  kind TEXT, day DATE, tag STRING,
  price DECIMAL(10, 2),
  CONSTRAINT one UNIQUE (code, kind),
  CHECK (size > 0)
);
CREATE INDEX by_code ON photos (code);
CREATE TABLE "odd name" (tag, address INET, at timestamp, n double precision);
CREATE TABLE plain (id INTEGER, image BLOB, made AS (id + 1));
CREATE TABLE unused (image BLOB, tag STRING);
CREATE VIEW not_here AS SELECT image FROM photos;
CREATE TABLE unfinished (image BLOB, code
