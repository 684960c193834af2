-- What Grafana may read: what its panels show. Passwords, keys, sessions and what was learned stay closed.
-- May be run again at any time: psql --set "password=..." --file reader.sql
SELECT 'CREATE ROLE grafana LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'grafana') \gexec
ALTER ROLE grafana WITH LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE CONNECTION LIMIT 10;
ALTER ROLE grafana SET default_transaction_read_only = on;
ALTER ROLE grafana SET statement_timeout = '15s';
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM grafana;
GRANT USAGE ON SCHEMA public TO grafana;
GRANT SELECT ON turns, ratings, runs, attempts, audit TO grafana;
GRANT SELECT (id, name, role) ON users TO grafana;
