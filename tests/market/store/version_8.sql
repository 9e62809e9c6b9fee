CREATE TABLE levels_earnings
       (symbol VARCHAR(32) PRIMARY KEY, fetched_at VARCHAR(40) NOT NULL, reports TEXT NOT NULL);
INSERT INTO "levels_earnings" VALUES('CIFR','2025-11-24T21:30:00+00:00','[]');
CREATE TABLE levels_edits
       (number INTEGER PRIMARY KEY, token VARCHAR(32) NOT NULL, at DOUBLE PRECISION NOT NULL,
        person VARCHAR(254) NOT NULL, owner VARCHAR(254) NOT NULL, watchlist_id VARCHAR(32) NOT NULL,
        action VARCHAR(16) NOT NULL, details TEXT NOT NULL);
CREATE TABLE levels_histories (
    symbol VARCHAR(32) NOT NULL,
    price_basis VARCHAR(32) NOT NULL,
    fetched_at VARCHAR(40),
    about TEXT NOT NULL,
    bars BLOB NOT NULL,
    splits BLOB NOT NULL,
    PRIMARY KEY (symbol, price_basis)
);
INSERT INTO "levels_histories" VALUES('CIFR','split-adjusted','2025-11-24T21:30:00+00:00','{"name": "Cipher Mining Inc.", "currency": "USD", "source": "yahoo", "in_progress": false, "notes": ["A note"], "zone": "America/New_York", "splits_name": null}',X'7B22726F7773223A20322C2022696E646578223A205B2264617465222C202273225D2C2022636F6C756D6E73223A205B5B226F70656E222C20223C6638225D2C205B2268696768222C20223C6638225D2C205B226C6F77222C20223C6638225D2C205B22636C6F7365222C20223C6638225D2C205B22766F6C756D65222C20223C6638225D5D7D0ABD4F0000C04F00000000000000002D400000000000802E400000000000002E4000000000000031400000000000002C400000000000002E400000000000802D400000000000C030400000000000408F400000000000409F40',X'7B22726F7773223A20312C2022696E646578223A205B2264617465222C202273225D2C2022636F6C756D6E73223A205B5B2273706C697473222C20223C6638225D5D7D0ABD4F00000000000000000040');
CREATE TABLE levels_measurements
       (symbol VARCHAR(32) NOT NULL, key VARCHAR(32) NOT NULL, measured_at VARCHAR(40) NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (symbol, key));
INSERT INTO "levels_measurements" VALUES('CIFR','k1','2025-11-24T21:30:00+00:00','{}');
CREATE TABLE levels_own_targets
       (owner VARCHAR(254) NOT NULL, key VARCHAR(32) NOT NULL, place INTEGER NOT NULL, symbol VARCHAR(32) NOT NULL,
        body TEXT NOT NULL, deletion VARCHAR(32), PRIMARY KEY (owner, key));
INSERT INTO "levels_own_targets" VALUES('','b2871ac5c4c124b861b6ed9db40505b7',0,'CIFR','{"action": "upgraded", "date": "2025-11-24", "firm": "JPMorgan", "note": "\u00ab \u00fc \u00bb", "prior_rating": "Neutral", "prior_target": 12.0, "rating": "Overweight", "source": "own", "symbol": "CIFR", "target": 18.0}',NULL);
CREATE TABLE levels_pauses
       (key VARCHAR(80) PRIMARY KEY, until DOUBLE PRECISION NOT NULL, failures INTEGER NOT NULL,
        cause TEXT NOT NULL);
INSERT INTO "levels_pauses" VALUES('fetch CIFR',1764000000.0,2,'timed out');
CREATE TABLE levels_requests (sent_at DOUBLE PRECISION NOT NULL);
INSERT INTO "levels_requests" VALUES(1764000000.0);
CREATE TABLE levels_schema (
    version INTEGER NOT NULL,
    PRIMARY KEY (version)
);
INSERT INTO "levels_schema" VALUES(8);
CREATE TABLE levels_target_lists
       (symbol VARCHAR(32) PRIMARY KEY, fetched_at VARCHAR(40) NOT NULL, consensus TEXT);
INSERT INTO "levels_target_lists" VALUES('CIFR','2025-10-01T00:00:00+00:00',NULL);
CREATE TABLE levels_target_sharing (person VARCHAR(254) PRIMARY KEY, sharing VARCHAR(8) NOT NULL);
CREATE TABLE levels_targets (
    symbol VARCHAR(32) NOT NULL,
    "key" VARCHAR(32) NOT NULL,
    first_seen VARCHAR(10) NOT NULL,
    place INTEGER,
    body TEXT NOT NULL, absent_on VARCHAR(10), gone_on VARCHAR(10),
    PRIMARY KEY (symbol, "key")
);
INSERT INTO "levels_targets" VALUES('CIFR','k1','2025-10-01',0,'{"date": "2025-09-30", "firm": "Northgate", "source": "yahoo", "symbol": "CIFR", "target": 13.5}',NULL,NULL);
CREATE TABLE levels_turns
       (key VARCHAR(80) PRIMARY KEY, owner VARCHAR(80) NOT NULL, until DOUBLE PRECISION NOT NULL);
CREATE TABLE levels_visits
       (person VARCHAR(254) PRIMARY KEY, seen_at DOUBLE PRECISION NOT NULL, previous_visit DOUBLE PRECISION);
INSERT INTO "levels_visits" VALUES('ann@example.com',1764000000.0,1763900000.0);
CREATE TABLE levels_watchlists
       (id VARCHAR(32) PRIMARY KEY, owner VARCHAR(254) NOT NULL, sharing VARCHAR(8) NOT NULL,
        name VARCHAR(80) NOT NULL, place INTEGER NOT NULL, symbols TEXT NOT NULL, version VARCHAR(32) NOT NULL,
        deletion VARCHAR(32));
INSERT INTO "levels_watchlists" VALUES('list 1','','edit','Miners',0,'["CIFR", "CLSK", "IREN", "MARA", "RIOT"]','1',NULL);
INSERT INTO "levels_watchlists" VALUES('list 2','','edit','Chips',1,'["NVDA", "AMD"]','1',NULL);
