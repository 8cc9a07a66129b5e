//! Where the new table stands until it is in use: a schema of its own, in which the table has its usual name, so that the
//! statements of the fold run there unchanged.

use deadpool_postgres::Pool;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use tokio_postgres::{GenericClient, Transaction};

use super::RebuildError;
use super::claim::Claim;
use super::fill::PARTS;
use crate::followers::Table;

/// Statements that give the new table the policies that it lacks, and let them hold.
const POLICIES: &str = "
    WITH old AS (SELECT * FROM pg_class WHERE oid = format('%I.%I', $1::text, $3::text)::regclass),
         new AS (SELECT * FROM pg_class WHERE oid = format('%I.%I', $2::text, $3::text)::regclass)
    SELECT format('CREATE POLICY %I ON %I.%I AS %s FOR %s TO %s%s%s', p.polname, $2::text, $3::text,
                  CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
                  CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
                                WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
                  (SELECT string_agg(CASE WHEN role = 0 THEN 'PUBLIC' ELSE role::regrole::text END, ', ')
                   FROM unnest(p.polroles) AS role),
                  ' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')',
                  ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')')
    FROM old JOIN pg_policy p ON p.polrelid = old.oid, new
    WHERE NOT EXISTS (SELECT FROM pg_policy known WHERE known.polrelid = new.oid AND known.polname = p.polname)
    UNION ALL
    SELECT format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', $2::text, $3::text) FROM old WHERE relrowsecurity
    UNION ALL
    SELECT format('ALTER TABLE %I.%I FORCE ROW LEVEL SECURITY', $2::text, $3::text) FROM old WHERE relforcerowsecurity";

/// The schemas of a rebuild.
pub(super) struct Site {
    /// Where the table in use stands.
    pub(super) home: String,
    /// Where the new one is made.
    pub(super) schema: String,
}

impl Site {
    /// Finds what an earlier attempt of the same program has left, or lays out a new table.
    pub(super) async fn prepare(pool: &Pool, table: Table, claim: &Claim, program: &str) -> Result<Self, RebuildError> {
        let doing = || RebuildError::doing("lay out a table");
        let relation = table.relation();
        let mut client = pool.get().await?;
        let tx = client.transaction().await.map_err(doing())?;
        let home = "SELECT n.nspname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE c.oid = to_regclass($1)";
        let home = tx.query_opt(home, &[&relation]).await.map_err(doing())?;
        let Some(home) = home else { return Err(RebuildError::Absent { relation }) };
        let site = Self { home: home.try_get(0).map_err(doing())?, schema: format!("rebuild_{}", table.name()) };
        if let Some(what) = leaning(&tx, &site.home, table).await? {
            return Err(RebuildError::LeanedOn { relation, what });
        }
        let made_of = format!("{program}\n{}", shape(&*tx, &site.home, relation).await?);
        let goes_on = tx
            .query_opt(
                "SELECT FROM rebuilds r
                 WHERE r.follower = $1 AND r.epoch = $2 AND r.made_of = $3
                   AND (SELECT count(*) FROM rebuild_places p WHERE p.follower = r.follower) = $4
                   AND to_regclass(format('%I.%I', $5::text, $6::text)) IS NOT NULL",
                &[&table.name(), &claim.epoch, &made_of, &i64::from(PARTS), &site.schema, &relation],
            )
            .await
            .map_err(doing())?;
        if goes_on.is_none() {
            site.lay_out(&tx, table).await?;
            let begun =
                "UPDATE rebuilds SET made_of = $3, begun_at = clock_timestamp() WHERE follower = $1 AND epoch = $2";
            if tx.execute(begun, &[&table.name(), &claim.epoch, &made_of]).await.map_err(doing())? != 1 {
                return Err(RebuildError::Overtaken);
            }
            tx.execute("DELETE FROM rebuild_places WHERE follower = $1", &[&table.name()]).await.map_err(doing())?;
            tx.execute(
                "INSERT INTO rebuild_places (follower, part, position, epoch)
                 SELECT $1, part, 0, $2 FROM generate_series(0, $3::int - 1) AS part",
                &[&table.name(), &claim.epoch, &i32::from(PARTS)],
            )
            .await
            .map_err(doing())?;
        }
        tx.commit().await.map_err(doing())?;
        Ok(site)
    }

    /// From here to the end of the transaction, the table's name means the new one.
    pub(super) fn path(&self) -> String {
        format!("SET LOCAL search_path = {}, {}", quoted(&self.schema), quoted(&self.home))
    }

    /// An empty table like the one in use, with what keeps rows apart. Indexes that only answer questions come at the end:
    /// they are made at once much faster than row by row.
    async fn lay_out(&self, tx: &Transaction<'_>, table: Table) -> Result<(), RebuildError> {
        let doing = || RebuildError::doing("lay out a table");
        let (schema, relation) = (quoted(&self.schema), quoted(table.relation()));
        let home = quoted(&self.home);
        tx.batch_execute(&format!(
            "SET LOCAL client_min_messages = warning;
             DROP SCHEMA IF EXISTS {schema} CASCADE;
             CREATE SCHEMA {schema};
             CREATE TABLE {schema}.{relation} (LIKE {home}.{relation} INCLUDING ALL EXCLUDING INDEXES)"
        ))
        .await
        .map_err(doing())?;
        let rest = tx
            .query(
                "SELECT format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', $2::text, $3::text, conname,
                               pg_get_constraintdef(oid))
                 FROM pg_constraint
                 WHERE conrelid = format('%I.%I', $1::text, $3::text)::regclass AND contype IN ('p', 'u', 'x')
                 UNION ALL
                 SELECT format('ALTER TABLE %I.%I SET (%s)', $2::text, $3::text, array_to_string(reloptions, ', '))
                 FROM pg_class
                 WHERE oid = format('%I.%I', $1::text, $3::text)::regclass AND reloptions IS NOT NULL",
                &[&self.home, &self.schema, &table.relation()],
            )
            .await
            .map_err(doing())?;
        for statement in rest {
            tx.batch_execute(statement.try_get(0).map_err(doing())?).await.map_err(doing())?;
        }
        for (name, statement) in self.indexes(tx, table).await? {
            if table.needed_index() == Some(name.as_str()) {
                tx.batch_execute(&statement).await.map_err(doing())?;
            }
        }
        Ok(())
    }

    /// The indexes that the new table lacks, each with the statement that makes it.
    async fn indexes(&self, client: &impl GenericClient, table: Table) -> Result<Vec<(String, String)>, RebuildError> {
        let doing = || RebuildError::doing("read the indexes of a table");
        let lacking = client
            .query(
                "SELECT c.relname::text,
                        replace(pg_get_indexdef(i.indexrelid), format(' ON %I.%I ', $1::text, $3::text),
                                format(' ON %I.%I ', $2::text, $3::text))
                 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                 WHERE i.indrelid = format('%I.%I', $1::text, $3::text)::regclass
                   AND to_regclass(format('%I.%I', $2::text, c.relname)) IS NULL
                 ORDER BY c.relname",
                &[&self.home, &self.schema, &table.relation()],
            )
            .await
            .map_err(doing())?;
        lacking.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, _>>().map_err(doing())
    }

    /// Gives the new table what the old one has besides its rows: indexes, owner, rights, policies, statistics for the planner.
    pub(super) async fn finish(&self, pool: &Pool, table: Table, workers: usize) -> Result<(), RebuildError> {
        let doing = || RebuildError::doing("finish a table");
        let mut client = pool.get().await?;
        let lacking = self.indexes(&**client, table).await?;
        let make = |(_, statement): (String, String)| async move {
            let client = pool.get().await?;
            client.batch_execute(&statement).await.map_err(doing())?;
            Ok::<_, RebuildError>(())
        };
        stream::iter(lacking).map(make).buffer_unordered(workers.max(1)).try_collect::<Vec<()>>().await?;
        let tx = client.transaction().await.map_err(doing())?;
        let rights = tx
            .query(
                "WITH old AS (SELECT * FROM pg_class WHERE oid = format('%I.%I', $1::text, $3::text)::regclass),
                      new AS (SELECT * FROM pg_class WHERE oid = format('%I.%I', $2::text, $3::text)::regclass)
                 SELECT format('ALTER TABLE %I.%I OWNER TO %s', $2::text, $3::text, old.relowner::regrole)
                 FROM old, new WHERE old.relowner <> new.relowner
                 UNION ALL
                 SELECT format('REVOKE ALL ON %I.%I FROM PUBLIC', $2::text, $3::text)
                 UNION ALL
                 SELECT format('GRANT %s ON %I.%I TO %s%s', acl.privilege_type, $2::text, $3::text,
                               CASE WHEN acl.grantee = 0 THEN 'PUBLIC' ELSE acl.grantee::regrole::text END,
                               CASE WHEN acl.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
                 FROM old, aclexplode(old.relacl) AS acl WHERE acl.grantee <> old.relowner",
                &[&self.home, &self.schema, &table.relation()],
            )
            .await
            .map_err(doing())?;
        let policies = tx.query(POLICIES, &[&self.home, &self.schema, &table.relation()]).await.map_err(doing())?;
        for statement in rights.iter().chain(&policies) {
            tx.batch_execute(statement.try_get(0).map_err(doing())?).await.map_err(doing())?;
        }
        tx.commit().await.map_err(doing())?;
        let analyze = format!("ANALYZE {}.{}", quoted(&self.schema), quoted(table.relation()));
        client.batch_execute(&analyze).await.map_err(doing())
    }
}

/// A name as SQL writes it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Columns, constraints, indexes and settings of a table, as text: two tables of one shape have one text.
pub(super) async fn shape(client: &impl GenericClient, schema: &str, relation: &str) -> Result<String, RebuildError> {
    text(
        client,
        "SELECT concat_ws(E'\\n',
             (SELECT string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                                          a.attgenerated, a.attidentity, a.attcollation::regcollation, a.attstorage,
                                          pg_get_expr(d.adbin, d.adrelid)), E'\\n' ORDER BY a.attnum)
              FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
              WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped),
             (SELECT string_agg(conname || ' ' || pg_get_constraintdef(oid), E'\\n' ORDER BY conname)
              FROM pg_constraint WHERE conrelid = t.oid AND contype <> 'n'),
             (SELECT string_agg(replace(pg_get_indexdef(i.indexrelid), format(' ON %I.', $1::text), ' ON '), E'\\n'
                                ORDER BY c.relname)
              FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = t.oid),
             array_to_string(t.reloptions, ' '))
         FROM pg_class t WHERE t.oid = format('%I.%I', $1::text, $2::text)::regclass",
        schema,
        relation,
    )
    .await
    .map(Option::unwrap_or_default)
}

/// Owner, rights and policies of a table, as text.
pub(super) async fn rights(client: &impl GenericClient, schema: &str, relation: &str) -> Result<String, RebuildError> {
    text(
        client,
        "SELECT concat_ws(E'\\n', t.relowner::regrole, t.relrowsecurity, t.relforcerowsecurity,
                (SELECT string_agg(concat_ws(' ', polname, polpermissive, polcmd, polroles, pg_get_expr(polqual, polrelid),
                                             pg_get_expr(polwithcheck, polrelid)), E'\\n' ORDER BY polname)
                 FROM pg_policy WHERE polrelid = t.oid),
                string_agg(concat_ws(' ', acl.grantee, acl.privilege_type, acl.is_grantable), E'\\n'
                           ORDER BY acl.grantee, acl.privilege_type, acl.is_grantable))
         FROM pg_class t, aclexplode(coalesce(t.relacl, acldefault('r', t.relowner))) AS acl
         WHERE t.oid = format('%I.%I', $1::text, $2::text)::regclass
         GROUP BY t.oid, t.relowner, t.relrowsecurity, t.relforcerowsecurity",
        schema,
        relation,
    )
    .await
    .map(Option::unwrap_or_default)
}

/// What would be lost with the old table, or would go on speaking of it. Of all that our migrations make only the views that the switch takes along.
async fn leaning(tx: &Transaction<'_>, schema: &str, table: Table) -> Result<Option<String>, RebuildError> {
    let doing = || RebuildError::doing("look at what leans on a table");
    let row = tx.query_one(LEANING, &[&schema, &table.relation(), &table.views()]).await.map_err(doing())?;
    row.try_get(0).map_err(doing())
}

/// What leans on the table $2 of the schema $1, but for the views $3.
const LEANING: &str = "
        WITH t AS (SELECT format('%I.%I', $1::text, $2::text)::regclass::oid AS oid)
         SELECT string_agg(what, ', ' ORDER BY what) FROM (
             SELECT DISTINCT 'the view ' || r.ev_class::regclass AS what
             FROM t, pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
             WHERE d.classid = 'pg_rewrite'::regclass AND d.refobjid = t.oid
               AND NOT EXISTS (SELECT FROM unnest($3::text[]) AS view
                               WHERE r.ev_class = to_regclass(quote_ident($1) || '.' || quote_ident(view)))
             UNION ALL
             SELECT 'the trigger ' || tgname FROM t, pg_trigger WHERE tgrelid = t.oid AND NOT tgisinternal
             UNION ALL
             SELECT 'the foreign key ' || conname FROM t, pg_constraint
             WHERE contype = 'f' AND t.oid IN (conrelid, confrelid)
             UNION ALL
             SELECT 'the sequence ' || d.objid::regclass FROM t, pg_depend d JOIN pg_class s ON s.oid = d.objid
             WHERE d.classid = 'pg_class'::regclass AND d.refobjid = t.oid AND s.relkind = 'S'
             UNION ALL
             SELECT 'the table ' || inhrelid::regclass FROM t, pg_inherits WHERE inhparent = t.oid
             UNION ALL
             SELECT 'rights to the column ' || attname FROM t, pg_attribute WHERE attrelid = t.oid AND attacl IS NOT NULL
         ) AS leaning";

async fn text(
    client: &impl GenericClient,
    sql: &str,
    schema: &str,
    relation: &str,
) -> Result<Option<String>, RebuildError> {
    let doing = || RebuildError::doing("look at the shape of a table");
    let row = client.query_opt(sql, &[&schema, &relation]).await.map_err(doing())?;
    Ok(row.map(|row| row.try_get(0)).transpose().map_err(doing())?.flatten())
}
