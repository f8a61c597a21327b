-- What wrk asks for. Arguments: evaluations in a hundred requests; generation, digits of a prefix and number of ranges;
-- a file with a body for an evaluation in each line.

local threads = 0

function setup(thread)
   threads = threads + 1
   thread:set("seed", threads)
end

local ranges, evaluations, share = {}, {}, 0

function init(args)
   math.randomseed(seed)
   share = tonumber(args[1])
   local head = "GET /v1/ranges/" .. args[2] .. "/%0" .. args[3] .. "x HTTP/1.1\r\nHost: localhost\r\n\r\n"
   for prefix = 0, tonumber(args[4]) - 1 do
      ranges[#ranges + 1] = string.format(head, prefix)
   end
   head = "POST /v1/evaluate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
   for body in io.lines(args[5]) do
      evaluations[#evaluations + 1] = head .. #body .. "\r\n\r\n" .. body
   end
end

function request()
   local list = ranges
   if share > 0 and math.random(100) <= share then
      list = evaluations
   end
   return list[math.random(#list)]
end

function done(summary, latency, requests)
   local errors = summary.errors
   local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
   io.write(string.format('{"requests":%d,"seconds":%f,"bytes":%d,"failed":%d,"median":%f}\n',
      summary.requests, summary.duration / 1e6, summary.bytes, failed, latency:percentile(50) / 1e6))
end
