// Rules: spec 2.6.4, 3.2.5
import { describe, expect, test } from 'vitest'
import { isRetryable, normaliseFaultCode, speaksAgainstServer, whoseFault } from '../../src/trembita/faults.ts'

describe('a fault code', () => {
  test.each([
    ['SOAP-ENV:Server.ServerProxy.UnknownService', 'Server.ServerProxy.UnknownService'],
    ['Server.ClientProxy.network_error', 'Server.ClientProxy.NetworkError'],
    ['server.client_proxy.io_error', 'Server.ClientProxy.IOError'],
    ['server.serverproxy.service_failed.http_error', 'Server.ServerProxy.ServiceFailed.HttpError'],
    ['client.invalid_soap_action', 'Client.InvalidSoapAction'],
    [' client ', 'Client'],
    ['env:Sender', 'Sender'],
    ['Server.ServerProxy.outdated_global_conf', 'Server.ServerProxy.OutdatedGlobalConf'],
    ['server.clientproxy.global_conf_outdated', 'Server.ClientProxy.OutdatedGlobalConf'],
    ['passport_not_valid', 'PassportNotValid'],
  ])('%s is %s', (raw, expected) => {
    expect(normaliseFaultCode(raw)).toBe(expected)
  })

  test.each(['АА123456', 'Error 000123456', 'x'.repeat(100), 'a.b.c.d.e.f.g.h', '19900101-12345'])(
    '%s could contain anything and is not repeated',
    (raw) => {
      expect(normaliseFaultCode(raw)).toBe('Other')
      expect(normaliseFaultCode(`Client.${raw}`)).toBe('Client.Other')
    },
  )

  test.each([
    ['Server', 'service'],
    ['Receiver', 'service'],
    ['Server.ClientProxy.NetworkError', 'service'],
    ['Server.ServerProxy.ServiceFailed.HttpError', 'service'],
    ['Server.Anything', 'service'],
    ['Client.InvalidBody', 'service'],
    ['Client.Other', 'service'],
    ['Client', 'subject'],
    ['Sender', 'subject'],
    ['PassportNotValid', 'subject'],
    ['Other', 'subject'],
    ['S:Client.ValidationError', 'subject'],
    ['SOAP-ENV:Client.Client.InvalidBody', 'subject'],
    ['S:Client', 'subject'],
    ['S:Server.Database', 'service'],
    ['env:Receiver', 'service'],
  ] as const)('%s is the fault of the %s', (code, whose) => {
    expect(whoseFault(code)).toBe(whose)
  })
})

test.each([
  ['m:Client.ValidationError', 'env:Sender', 'subject'],
  ['Client.InvalidBody', 'env:Sender', 'service'],
  ['m:PassportNotValid', 'env:Sender', 'subject'],
  ['m:Client.ValidationError', 'env:Receiver', 'service'],
] as const)('%s in a fault of SOAP 1.2 whose code is %s is that of the %s, as in SOAP 1.1', (code, soapCode, whose) => {
  expect(whoseFault(code, soapCode)).toBe(whose)
})

describe('a retry', () => {
  test.each([
    'timeout',
    'connect_timeout',
    'connection_refused',
    'connection_reset',
    'tls_closed',
    'Server.ClientProxy.NetworkError',
    'Server.ServerProxy.IOError',
    'Server.ServerProxy.ServiceFailed.HttpError',
    'Server.ServerProxy.OutdatedGlobalConf',
    'Server.ClientProxy.InternalError',
  ])('may help after %s', (code) => {
    expect(isRetryable(code)).toBe(true)
  })

  test.each([
    'Client.InternalError',
    'Client',
    'Server',
    'Server.ServerProxy.AccessDenied',
    'Server.ServerProxy.UnknownService',
    'Server.ClientProxy.UnknownMember',
    'Client.InvalidProtocolVersion',
    'Server.ClientProxy.InconsistentResponse',
    'status_-1',
    'status_-2',
    'status_unknown',
    'other_request',
    'malformed_xml',
    'oversized',
    'http_500',
    'tls_error',
    'tls_server_expired',
    'tls_unknown_server',
    'tls_client_refused',
    'headers_too_large',
    'length_unclear',
    'unknown_encoding',
    'other_version',
  ])('does not help after %s', (code) => {
    expect(isRetryable(code)).toBe(false)
  })
})

test('a security server is blamed only for its own failures, not for those behind it', () => {
  for (const code of [
    'connection_refused',
    'timeout',
    'http_502',
    'tls_error',
    'tls_wrong_host',
    'tls_client_refused',
    'length_unclear',
    'Server.ClientProxy.OutdatedGlobalConf',
  ]) {
    expect(speaksAgainstServer(code)).toBe(true)
  }
  for (const code of [
    'Server.ServerProxy.NetworkError',
    'Server.ClientProxy.UnknownMember',
    'status_-2',
    'Client',
    'http_404',
  ]) {
    expect(speaksAgainstServer(code)).toBe(false)
  }
})
