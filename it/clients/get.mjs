// get.mjs PROXY_URL URL: prints what a URL has, by Node's http and socks-proxy-agent.
import http from 'node:http';
import { SocksProxyAgent } from 'socks-proxy-agent';

const [proxy, url] = process.argv.slice(2);
http.get(url, { agent: new SocksProxyAgent(proxy) }, response => response.pipe(process.stdout));
