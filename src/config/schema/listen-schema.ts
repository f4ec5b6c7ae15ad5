import Type from 'typebox';
import { list, orNull, section, textOrNull } from './words.ts';

/** `daemon.listen`: where clients reach Sluice. */

export const listenSchema = section(
  'Where clients reach Sluice. All addresses that are given listen together.',
  {
    host_v4: textOrNull('IPv4 address, or a host name. Without any address and socket: 127.0.0.1.'),
    ipv4: textOrNull('Same as host_v4.', { 'x-same-as': 'host_v4' }),
    host_v6: textOrNull('IPv6 address, e.g. ::1.'),
    ipv6: textOrNull('Same as host_v6.', { 'x-same-as': 'host_v6' }),
    port: Type.Optional(
      Type.Integer({
        description: 'TCP port; 0 takes any free one.',
        minimum: 0,
        maximum: 65535,
        default: 8080,
      }),
    ),
    unix_socket: textOrNull('Path of a Unix socket.'),
    unix_socket_mode: Type.Optional(
      Type.Union(
        [
          Type.String({ pattern: '^0?o?[0-7]{3,4}$', 'x-hint': 'an octal file mode such as "0660"' }),
          Type.Integer({ minimum: 0, maximum: 777 }),
        ],
        { description: 'File mode of the Unix socket, e.g. "0660".', default: '0660' },
      ),
    ),
    tls: Type.Optional(
      orNull(
        section('HTTPS on the TCP addresses; read again on reload.', {
          cert_file: Type.String({ description: 'Certificate chain, PEM.', minLength: 1 }),
          key_file: Type.String({ description: 'Private key, PEM.', minLength: 1 }),
        }),
      ),
    ),
    trusted_proxies: list('CIDRs whose X-Forwarded-* headers are believed; `unix` for the socket.', {
      default: [],
    }),
  },
);
