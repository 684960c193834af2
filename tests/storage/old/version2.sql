BEGIN TRANSACTION;
CREATE TABLE conversations (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, created TEXT NOT NULL, updated TEXT NOT NULL
    );
INSERT INTO "conversations" VALUES('talk','Revenue by month; and o mês de maior receita?','2026-11-21T22:23:10.518+00:00','2026-11-21T22:23:10.529+00:00');
INSERT INTO "conversations" VALUES('f0720dbcbdc34c3c973be305a2c0a363','left running','2026-11-21T22:23:10.530+00:00','2026-11-21T22:23:10.530+00:00');
CREATE TABLE examples (
        id INTEGER PRIMARY KEY AUTOINCREMENT, turn TEXT NOT NULL REFERENCES turns ON DELETE CASCADE,
        part INTEGER NOT NULL, question TEXT NOT NULL, plan TEXT, code TEXT NOT NULL, data TEXT NOT NULL,
        embedded TEXT NOT NULL, vector BLOB NOT NULL, embedder TEXT NOT NULL, scope TEXT NOT NULL DEFAULT 'all',
        dropped TEXT, created TEXT NOT NULL, UNIQUE (turn, part, question)
    );
INSERT INTO "examples" VALUES(1,'f53c1c4922d24673a5a53345c7780bb7',0,'revenue by month','{"by": ["ã"]}','def f(): ...','f','revenue by month',X'0001FF','mini','all',NULL,'2026-11-21T22:23:10.550+00:00');
CREATE TABLE ratings (
        id INTEGER PRIMARY KEY, turn TEXT NOT NULL REFERENCES turns ON DELETE CASCADE, part INTEGER NOT NULL,
        thumbs INTEGER CHECK (thumbs IN (0, 1)), stars INTEGER CHECK (stars BETWEEN 1 AND 5),
        comment TEXT NOT NULL DEFAULT '', created TEXT NOT NULL
    );
INSERT INTO "ratings" VALUES(1,'f53c1c4922d24673a5a53345c7780bb7',0,1,NULL,'bom','2026-11-21T22:23:10.546+00:00');
INSERT INTO "ratings" VALUES(2,'1ecd3c0f7b6f4f89b20b6289fe352635',0,NULL,2,'','2026-11-21T22:23:10.554+00:00');
CREATE TABLE turns (
        id TEXT PRIMARY KEY, conversation TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
        position INTEGER NOT NULL, message TEXT NOT NULL, status TEXT NOT NULL, parts TEXT NOT NULL DEFAULT '[]',
        answer TEXT, owner TEXT NOT NULL, created TEXT NOT NULL, finished TEXT,
        UNIQUE (conversation, position)
    );
INSERT INTO "turns" VALUES('f53c1c4922d24673a5a53345c7780bb7','talk',0,'Revenue by month; and o mês de maior receita?','answered','[{"asked": "Revenue by month", "text": "revenue by month", "plan": null}]','{"status": "answered", "answer": "três 🙂", "data": "f", "results": [{"question": "Revenue by month", "status": "answered", "plan": null, "rows": [["2017-01", 1.5, null]]}]}','17332:3609888','2026-11-21T22:23:10.518+00:00','2026-11-21T22:23:10.522+00:00');
INSERT INTO "turns" VALUES('1ecd3c0f7b6f4f89b20b6289fe352635','talk',1,'it''s; a "quoted" one','declined','[]','{"status": "declined", "answer": "not sure", "results": []}','17332:3609888','2026-11-21T22:23:10.529+00:00','2026-11-21T22:23:10.530+00:00');
INSERT INTO "turns" VALUES('11e749cd30f34aa4a0be64d8baad98f4','f0720dbcbdc34c3c973be305a2c0a363',0,'left running','running','[]',NULL,'999999999:1','2026-11-21T22:23:10.530+00:00',NULL);
CREATE INDEX turns_by_status ON turns (status);
CREATE INDEX ratings_by_turn ON ratings (turn, part);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('examples',1);
COMMIT;
PRAGMA user_version = 2;
