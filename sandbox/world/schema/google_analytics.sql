-- What Google Analytics counts on the company's site: pages by day, over the world's last months.
create schema google_analytics;
create temp macro lot_of(text) as cast('0x' || left(md5(text), 7) as bigint);
create table google_analytics.page_days as
select day::date as day, path, 20 + lot_of(path || day) % 200 as sessions, 25 + lot_of(path || day) % 200 * 3 // 2 as page_views,
    15 + lot_of(path || day) % 150 as users
from (values ('/'), ('/pricing'), ('/product'), ('/blog/marketing-data'), ('/contact')) as pages(path),
    (select max("SystemModstamp")::date as last from salesforce."Account"),
    unnest(generate_series(last - interval 60 day, last, interval 1 day)) as days(day);
