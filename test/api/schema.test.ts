import { fileURLToPath } from 'node:url'
import { lexicographicSortSchema, printSchema } from 'graphql'
import { expect, test } from 'vitest'
import { createSchema } from '../../src/api/graphql/schema.ts'

const FILE = fileURLToPath(new URL('../../schema.graphql', import.meta.url))

test('schema.graphql equals the schema (npm run schema:graphql writes it)', async () => {
  await expect(`${printSchema(lexicographicSortSchema(createSchema()))}\n`).toMatchFileSnapshot(FILE)
})
