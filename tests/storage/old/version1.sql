BEGIN TRANSACTION;
CREATE TABLE conversations (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, created TEXT NOT NULL, updated TEXT NOT NULL
    );
INSERT INTO "conversations" VALUES('talk','Revenue by month; and o mês de maior receita?','2026-11-21T22:23:10.386+00:00','2026-11-21T22:23:10.406+00:00');
INSERT INTO "conversations" VALUES('371d38cc350e4212a3fce550ae9482ed','left running','2026-11-21T22:23:10.410+00:00','2026-11-21T22:23:10.410+00:00');
CREATE TABLE ratings (
        id INTEGER PRIMARY KEY, turn TEXT NOT NULL REFERENCES turns ON DELETE CASCADE, part INTEGER NOT NULL,
        thumbs INTEGER CHECK (thumbs IN (0, 1)), stars INTEGER CHECK (stars BETWEEN 1 AND 5),
        comment TEXT NOT NULL DEFAULT '', created TEXT NOT NULL
    );
INSERT INTO "ratings" VALUES(1,'aa327a67d1ca4558a5e957743525e33b',0,1,NULL,'bom','2026-11-21T20:00:00.000+00:00');
CREATE TABLE turns (
        id TEXT PRIMARY KEY, conversation TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
        position INTEGER NOT NULL, message TEXT NOT NULL, status TEXT NOT NULL, parts TEXT NOT NULL DEFAULT '[]',
        answer TEXT, owner TEXT NOT NULL, created TEXT NOT NULL, finished TEXT,
        UNIQUE (conversation, position)
    );
INSERT INTO "turns" VALUES('aa327a67d1ca4558a5e957743525e33b','talk',0,'Revenue by month; and o mês de maior receita?','answered','[{"asked": "Revenue by month", "text": "revenue by month", "plan": null}]','{"status": "answered", "answer": "três 🙂", "data": "f", "results": [{"question": "Revenue by month", "status": "answered", "plan": null, "rows": [["2017-01", 1.5, null]]}]}','17332:3609888','2026-11-21T22:23:10.386+00:00','2026-11-21T22:23:10.396+00:00');
INSERT INTO "turns" VALUES('b1e5e35966d64305b91e6f2aa70cc17b','talk',1,'it''s; a "quoted" one','declined','[]','{"status": "declined", "answer": "not sure", "results": []}','17332:3609888','2026-11-21T22:23:10.406+00:00','2026-11-21T22:23:10.407+00:00');
INSERT INTO "turns" VALUES('2e8ad78e8f3e432cbc1a421fbb5e2079','371d38cc350e4212a3fce550ae9482ed',0,'left running','running','[]',NULL,'999999999:1','2026-11-21T22:23:10.410+00:00',NULL);
CREATE INDEX turns_by_status ON turns (status);
CREATE INDEX ratings_by_turn ON ratings (turn, part);
COMMIT;
PRAGMA user_version = 1;
