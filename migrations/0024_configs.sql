-- What operators' machines keep about a person and nobody else sees, as JSON.
alter table users add column configs text not null default '{}';
