// axios-retry, got and ky, with the retries that their READMEs show; POST is named, for none retries it by itself.
const fs = require('node:fs');
const https = require('node:https');

const { CERTS, PARTNER, URL: url, TOKEN, CORRELATION, BODY } = process.env;
const read = (name) => fs.readFileSync(`${CERTS}/${name}`);
const tls = { ca: read('ca.pem'), cert: read(`clients/${PARTNER}.pem`), key: read(`clients/${PARTNER}.key`) };
const headers = {
  Authorization: `Bearer ${TOKEN}`,
  'X-Correlation-ID': CORRELATION,
  'X-Request-ID': CORRELATION,
  'Content-Type': 'application/json',
};

const libraries = {
  'axios-retry': async () => {
    const axios = require('axios');
    const { default: axiosRetry, exponentialDelay } = require('axios-retry');
    axiosRetry(axios, {
      retries: 3,
      retryDelay: exponentialDelay,
      retryCondition: ({ response }) => response?.status === 429 || response?.status >= 500,
    });
    const httpsAgent = new https.Agent({ ...tls, keepAlive: true });
    return (await axios.post(url, BODY, { headers, httpsAgent, proxy: false })).status;
  },
  got: async () => {
    const { default: got } = await import(require.resolve('got'));
    const options = { certificateAuthority: tls.ca, certificate: tls.cert, key: tls.key };
    const retry = { limit: 2, methods: ['POST'] };
    return (await got.post(url, { body: BODY, headers, https: options, retry })).statusCode;
  },
  ky: async () => {
    const { default: ky } = await import(require.resolve('ky'));
    const { Agent, setGlobalDispatcher, fetch } = require('undici');
    setGlobalDispatcher(new Agent({ connect: tls }));
    const retry = { limit: 2, methods: ['post'], statusCodes: [429, 503], afterStatusCodes: [429, 503] };
    const answer = await ky.post(url, { body: BODY, headers, retry, fetch: (request) => fetch(request.url, {
      method: request.method, headers: Object.fromEntries(request.headers), body: BODY,
    }) });
    return answer.status;
  },
};

libraries[process.argv[2]]().then(
  (status) => { console.log(status); process.exit(0); },
  (error) => { console.log(error.response?.status ?? 0); console.error(error); process.exit(0); },
);
