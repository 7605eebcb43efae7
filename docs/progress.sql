-- progress.csv of one programme from the dataset that `suishenxue check --dataset FOLDER` writes (DuckDB).
-- Parameters: $as_of (a DATE), $programme (the plan file's name without .toml). Tables, with FOLDER put in:
--   CREATE VIEW records AS FROM read_parquet('FOLDER/records/*/*/*.parquet', hive_partitioning = true);
--   CREATE VIEW targets AS FROM read_parquet('FOLDER/targets/*/*.parquet', hive_partitioning = true);
-- Definitions: docs/method.md. half_year and annual are the keys of the plan's targets.
WITH goal AS (  -- every target with the one before it; 序时 runs from one to the next
    SELECT *, lag(goal, 1, 0) OVER steps AS goal_before,
           lag(deadline, 1, first_day - 1) OVER steps AS deadline_before,
           last_value(goal) OVER all_steps AS last_goal, last_value(deadline) OVER all_steps AS last_deadline
    FROM targets WHERE programme = $programme
    WINDOW steps AS (PARTITION BY street ORDER BY deadline),
           all_steps AS (PARTITION BY street ORDER BY deadline ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
), valid AS (
    SELECT r.* FROM records r
    WHERE r.programme = $programme AND r.disposition = 'counted' AND r.person_times IS NOT NULL
      AND r.street IN (SELECT street FROM goal)
      AND r.activity_date BETWEEN (SELECT min(first_day) FROM goal) AND $as_of
), activity AS (  -- the rows of a list of persons are one activity by id, else by place, title, day and time
    SELECT street, count(*) AS activities FROM (
        SELECT street FROM valid WHERE NOT person_level
        UNION ALL
        SELECT arg_min(street, sheet_number * 10_000_000 + row) FROM valid WHERE person_level
        GROUP BY CASE WHEN record_id <> '' THEN record_id ELSE concat_ws(chr(31), '', street, venue, activity, activity_date, start_time) END
    ) GROUP BY street
), total AS (
    SELECT street, sum(person_times) AS person_times, sum(training) AS training, sum(assistance) AS assistance,
           max(activity_date) AS last_activity
    FROM valid GROUP BY street
), day AS (
    SELECT street, activity_date, sum(sum(person_times)) OVER (PARTITION BY street ORDER BY activity_date) AS cumulative
    FROM valid GROUP BY street, activity_date
), milestone AS (  -- of every target: when it was met, and what was done by the end of its day
    SELECT g.street, g.key,
           CASE WHEN g.goal = 0 AND $as_of >= any_value(g.first_day) THEN any_value(g.first_day)
                ELSE min(d.activity_date) FILTER (d.cumulative >= g.goal) END AS reached,
           CASE WHEN $as_of >= g.deadline
                THEN coalesce(max(d.cumulative) FILTER (d.activity_date <= g.deadline), 0) END AS then_done
    FROM goal g LEFT JOIN day d USING (street) GROUP BY g.street, g.key, g.goal, g.deadline
), wide AS (
    SELECT street,
           max(goal) FILTER (key = 'half_year') AS half_year_target, max(goal) FILTER (key = 'annual') AS annual_target,
           max(reached) FILTER (key = 'half_year') AS half_year_reached,
           max(then_done) FILTER (key = 'half_year') AS half_year_person_times,
           max(reached) FILTER (key = 'annual') AS annual_reached,
           max(then_done) FILTER (key = 'annual') AS annual_person_times
    FROM goal JOIN milestone USING (street, key) GROUP BY street
), in_force AS (  -- the first target whose day has not passed, else the last
    SELECT * FROM goal QUALIFY row_number() OVER (PARTITION BY street ORDER BY deadline < $as_of, abs(deadline - $as_of)) = 1
), figure AS (
    SELECT f.*, m.reached, coalesce(t.person_times, 0) AS person_times, coalesce(t.training, 0) AS training,
           coalesce(t.assistance, 0) AS assistance, coalesce(a.activities, 0) AS activities, t.last_activity,
           greatest(f.goal - coalesce(t.person_times, 0), 0) AS gap, $as_of >= f.deadline AS over,
           greatest(f.deadline - $as_of, 0) AS days_left,
           CASE WHEN $as_of < f.first_day THEN 0.0::DOUBLE
                WHEN f.basis = 'linear'
                THEN f.last_goal * least(($as_of - f.first_day + 1)::DOUBLE / (f.last_deadline - f.first_day + 1), 1)
                WHEN f.basis = 'calendar'
                THEN f.last_goal * (CASE WHEN year($as_of) > f.year THEN 12 WHEN year($as_of) < f.year THEN 0
                                    ELSE month($as_of) - (last_day($as_of) <> $as_of)::INT END)::DOUBLE / 12
                WHEN $as_of > f.deadline THEN f.goal::DOUBLE
                ELSE f.goal_before + (f.goal - f.goal_before) * ($as_of - f.deadline_before)::DOUBLE
                     / (f.deadline - f.deadline_before)
           END AS expected
    FROM in_force f JOIN milestone m USING (street, key) LEFT JOIN total t USING (street) LEFT JOIN activity a USING (street)
), judged AS (
    SELECT *, CASE WHEN goal > 0 THEN person_times / goal END AS attainment,
           CASE WHEN goal > 0 THEN expected / goal END AS expected_share,
           CASE WHEN over AND person_times >= goal AND reached > deadline THEN '逾期补足'
                WHEN over AND person_times >= goal THEN '按期达标'
                WHEN over THEN '逾期未达标'
                WHEN person_times >= goal THEN '已达标'
                WHEN person_times >= expected THEN '达序时' ELSE '未达序时' END AS status
    FROM figure
)
SELECT street, official_name, code, person_times, training, assistance,
       person_times - training - assistance AS unstated, activities,
       half_year_target, annual_target, attainment, expected, gap,
       CASE WHEN NOT over THEN gap / days_left WHEN gap = 0 THEN 0 END AS required_per_day, status,
       rank() OVER (ORDER BY coalesce(attainment, -1) DESC, person_times DESC) AS rank,
       expected_share, (attainment - expected_share) * 100 AS points, name AS target_name, goal AS target,
       deadline, days_left, CASE WHEN over AND gap > 0 THEN '期限已过' ELSE '' END AS required_note,
       status || CASE WHEN reached IS NULL THEN '' ELSE '（' || month(reached) || '月' || day(reached) || '日）' END
           AS status_text,
       last_activity, half_year_reached, half_year_person_times, annual_reached, annual_person_times
FROM judged JOIN wide USING (street)
ORDER BY place;
