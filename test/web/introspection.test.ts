import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createSchema } from '../../src/api/graphql/schema.ts'
import { repository } from '../support/imports.ts'
import { introspectionText } from './introspection.ts'

test('the page’s types equal the schema (npm run schema:graphql writes them)', async () => {
  await expect(introspectionText(createSchema())).toMatchFileSnapshot(
    join(repository, 'web/src/graphql/introspection.ts'),
  )
})
