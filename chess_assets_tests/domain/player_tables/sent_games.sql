-- The corpus as chess.com sent it, one row a game seen from one player, by nothing but JSON and
-- regular expressions: `sent`, from the files $files, of the player $player.
CREATE TABLE sent AS
WITH
files AS (
    SELECT unnest(games) AS game
    FROM read_json($files, columns = {games: 'JSON[]'}, maximum_object_size = 200000000)
),
sides AS (
    SELECT
        game,
        lower(game->>'$.white.username') = $player AS is_white,
        CASE WHEN is_white THEN game->'$.white' ELSE game->'$.black' END AS me,
        CASE WHEN is_white THEN game->'$.black' ELSE game->'$.white' END AS other,
        game->>'$.pgn' AS pgn
    FROM files
),
codes AS (
    SELECT
        *,
        (game->>'$.end_time')::BIGINT AS end_s,
        me->>'$.result' AS code,
        string_split(
            regexp_replace(
                regexp_extract(
                    coalesce(game->>'$.eco', regexp_extract(pgn, '\[ECOUrl "([^"]+)"\]', 1)),
                    '/openings/([^/]+)$', 1
                ),
                '(\.\.\.|(^|-)[0-9]+\.).*$', ''
            ),
            '-'
        ) AS words,
        -- where the first of the words stands that say what kind of opening it is
        list_min(list_filter(
            [list_position(words, kind) FOR kind IN
                ['Attack', 'Defense', 'Game', 'Gambit', 'Opening', 'System']],
            lambda position: position > 0
        )) AS kind_at,
        -- "1. e4 {[%clk 0:03:00]}" is White's, "1... e5 {[%clk …]}" Black's
        regexp_extract_all(
            pgn,
            CASE WHEN is_white THEN '[0-9]+\. ' ELSE '[0-9]+\.\.\. ' END
            || '[^ ]+ \{\[%clk ([0-9:.]+)\]\}',
            1
        )[-1] AS clock
    FROM sides
)
SELECT
    game->>'$.uuid' AS game_id,
    end_s,
    make_timestamp(end_s * 1000000)::DATE AS day,
    game->>'$.rules' AS rules,
    game->>'$.time_class' AS time_class,
    (game->>'$.rated')::BOOLEAN AS is_rated,
    is_white,
    (me->>'$.rating')::INTEGER AS rating,
    other->>'$.username' AS opponent,
    (other->>'$.rating')::INTEGER AS opponent_rating,
    other->>'$.uuid' AS opponent_uuid,
    code,
    CASE
        WHEN code = 'win' THEN 'win'
        WHEN code IN (
            'agreed', 'repetition', 'stalemate', 'insufficient', '50move', 'timevsinsufficient'
        ) THEN 'draw'
        ELSE 'loss'
    END AS outcome,
    CASE outcome WHEN 'win' THEN 1.0 WHEN 'draw' THEN 0.5 ELSE 0.0 END::DOUBLE AS score,
    CASE WHEN code = 'win' THEN other->>'$.result' ELSE code END AS how,
    nullif(regexp_extract(pgn, '\[ECO "([A-E][0-9]{2})"\]', 1), '') AS eco,
    CASE WHEN words[1] NOT IN ('Undefined', '') THEN array_to_string(
        CASE
            WHEN words[kind_at] = 'Gambit' AND words[kind_at + 1] IN ('Accepted', 'Declined')
            THEN words[:kind_at + 1]
            ELSE words[:coalesce(kind_at, 99)]
        END, ' '
    ) END AS opening_family,
    (game->>(CASE WHEN is_white THEN '$.accuracies.white' ELSE '$.accuracies.black' END))::DOUBLE
        AS accuracy,
    (game->>(CASE WHEN is_white THEN '$.accuracies.black' ELSE '$.accuracies.white' END))::DOUBLE
        AS opponent_accuracy,
    round(1000 * (
        string_split(clock, ':')[1]::INTEGER * 3600
        + string_split(clock, ':')[2]::INTEGER * 60
        + string_split(clock, ':')[3]::DECIMAL(6, 3)
    ))::INTEGER AS clock_left_ms,
    game->>'$.url' AS url
FROM codes;
