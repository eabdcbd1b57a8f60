/** SQL for the client's part of the effective scopes, shared by all kinds of tokens; `c` is the client, `y` its type. */
export interface ScopeSourcesRow {
  readonly client_id: string
  readonly client_type: string
  /** Scopes separated by spaces, which parse faster than a PostgreSQL array. */
  readonly client_type_scopes: string
  readonly role_scopes: string
  readonly is_legal_entity_active: boolean
}

/** The columns of it; `userId` is the expression that names the user. */
export function scopeSources(userId: string): string {
  return `c.id as client_id, y.name as client_type, array_to_string(y.scopes, ' ') as client_type_scopes,
       (select coalesce(string_agg(array_to_string(r.scopes, ' '), ' '), '')
          from mithril.user_roles ur join mithril.roles r on r.id = ur.role_id
         where ur.user_id = ${userId} and ur.client_id = c.id) as role_scopes,
       exists (select from prm.legal_entities l where l.id = c.id and l.status = 'ACTIVE' and l.is_active) as is_legal_entity_active`
}
