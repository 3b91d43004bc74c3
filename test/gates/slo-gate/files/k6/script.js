import http from 'k6/http';
import { check, group } from 'k6';
import { Trend, Rate, Counter, Gauge } from 'k6/metrics';
const basket = new Trend('basket_time', true);
const errors = new Counter('errors');
const never = new Rate('never_sampled');
const neverTrend = new Trend('never_trend', true);
const size = new Gauge('body_size');
export const options = {
  vus: 3, iterations: 60,
  summaryTrendStats: ['avg', 'min', 'med', 'max', 'p(90)', 'p(95)', 'p(99)', 'count'],
  thresholds: {
    http_req_duration: ['p(95)<300', 'avg<5'],
    'http_req_duration{name:cart}': ['p(95)<300'],
    http_req_failed: ['rate<0.01'],
    checks: ['rate>0.5'],
    never_sampled: ['rate>=0.9'],
    never_trend: ['p(95)<10'],
    errors: ['count<1000'],
    body_size: ['value>0'],
  },
};
export default function () {
  group('shop', () => {
    const a = http.get('http://127.0.0.1:18080/home', { tags: { name: 'home' } });
    const b = http.get('http://127.0.0.1:18080/fail', { tags: { name: 'cart' } });
    basket.add(a.timings.duration + b.timings.duration);
    if (b.status !== 200) errors.add(1);
    size.add(a.body.length);
    check(a, { 'home is 200': (r) => r.status === 200 });
    check(b, { 'cart is 200': (r) => r.status === 200 });
  });
}
