// SPDX-License-Identifier: MIT
#include "cluster/ClusterScripts.h"

#include "expression/values/Digest.h"

#include <array>
#include <iterator>

namespace millrace {

namespace {

// KEYS: epoch owner pushed joined plan counts results gauges queues'-prefix dead
// ARGV: coordinator, its lease in ms, an epoch that the new one is above
constexpr std::string_view Init = R"(
local owner = redis.call('get', KEYS[2])
if owner and owner ~= ARGV[1] then return {-6, owner, redis.call('pttl', KEYS[2])} end
local epoch = math.max(tonumber(redis.call('get', KEYS[1]) or '0'), tonumber(ARGV[3])) + 1
for _, step in ipairs(redis.call('hkeys', KEYS[5])) do redis.call('del', KEYS[9] .. step) end
redis.call('del', KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[10])
redis.call('set', KEYS[1], epoch)
redis.call('set', KEYS[2], ARGV[1], 'px', ARGV[2])
redis.call('set', KEYS[3], 0)
redis.call('set', KEYS[4], 0)
redis.call('xgroup', 'create', KEYS[7], 'g', '0', 'mkstream')
return {epoch}
)";

// KEYS: epoch plan queue; ARGV: epoch step what-it-is-made-of
constexpr std::string_view Declare = R"(
if redis.call('get', KEYS[1]) ~= ARGV[1] then return -4 end
redis.call('hset', KEYS[2], ARGV[2], ARGV[3])
if ARGV[2] == '' then return 1 end
redis.call('del', KEYS[3])
redis.call('xgroup', 'create', KEYS[3], 'g', '0', 'mkstream')
return 1
)";

// KEYS: epoch pushed joined queue; ARGV: epoch number capacity window ticket batch
constexpr std::string_view Push = R"(
if redis.call('get', KEYS[1]) ~= ARGV[1] then return -4 end
local number = tonumber(redis.call('get', KEYS[2]) or '-1')
if number ~= tonumber(ARGV[2]) then return -3 end
if redis.call('exists', KEYS[4]) == 0 then return -5 end
if redis.call('xlen', KEYS[4]) >= tonumber(ARGV[3]) then return -1 end
if number - tonumber(redis.call('get', KEYS[3]) or '0') >= tonumber(ARGV[4]) then return -2 end
redis.call('set', KEYS[2], number + 1)
redis.call('xadd', KEYS[4], '*', 't', ARGV[5], 'e', ARGV[1], 'b', ARGV[6])
return number
)";

// KEYS: epoch queue results counts; ARGV: epoch entry worker ticket kind answer
constexpr std::string_view Handover = R"(
if redis.call('get', KEYS[1]) ~= ARGV[1] then return -4 end
local taken = redis.pcall('xpending', KEYS[2], 'g', ARGV[2], ARGV[2], 1)
if taken.err then return -5 end
if #taken == 0 or taken[1][2] ~= ARGV[3] then
    redis.call('hincrby', KEYS[4], 'refused', 1)
    return -7
end
redis.call('xack', KEYS[2], 'g', ARGV[2])
redis.call('xdel', KEYS[2], ARGV[2])
redis.call('xadd', KEYS[3], '*', 't', ARGV[4], 'k', ARGV[5], 'w', ARGV[3], 'b', ARGV[6])
return 1
)";

// KEYS: epoch joined results; ARGV: epoch entry...
constexpr std::string_view Join = R"(
if redis.call('get', KEYS[1]) ~= ARGV[1] then return -4 end
local count = 0
for i = 2, #ARGV do
    count = count + redis.call('xack', KEYS[3], 'g', ARGV[i])
    redis.call('xdel', KEYS[3], ARGV[i])
end
redis.call('incrby', KEYS[2], count)
return count
)";

// KEYS: epoch workers; ARGV: process what-it-says then for each batch in hand: worker queue entry
constexpr std::string_view Beat = R"(
local time = redis.call('time')
redis.call('pexpire', KEYS[2], 60000) -- before what a full server refuses
redis.call('hset', KEYS[2], ARGV[1], time[1] .. string.format('%03d', math.floor(time[2] / 1000)) .. ' ' .. ARGV[2])
redis.call('pexpire', KEYS[2], 60000)
for i = 3, #ARGV, 3 do
    local taken = redis.pcall('xpending', ARGV[i + 1], 'g', ARGV[i + 2], ARGV[i + 2], 1)
    if not taken.err and #taken == 1 and taken[1][2] == ARGV[i] then
        redis.call('xclaim', ARGV[i + 1], 'g', ARGV[i], 0, ARGV[i + 2], 'justid')
    end
end
return redis.call('get', KEYS[1]) or ''
)";

// KEYS: epoch owner pushed joined plan workers counts results gauges queues'-prefix
// ARGV: epoch coordinator lease silence-of-a-lost-worker gauges steps
constexpr std::string_view Watch = R"(
local epoch = redis.call('get', KEYS[1])
if not epoch then return {-5} end
if epoch ~= ARGV[1] then return {-4, epoch} end
local owner = redis.call('get', KEYS[2])
if owner and owner ~= ARGV[2] then return {-6, owner} end
if redis.call('exists', KEYS[3], KEYS[4], KEYS[8]) ~= 3 then return {-5} end
if redis.call('hlen', KEYS[5]) ~= tonumber(ARGV[6]) then return {-5} end
local queues = {}
for _, step in ipairs(redis.call('hkeys', KEYS[5])) do
    if step ~= '' then
        if redis.call('exists', KEYS[10] .. step) == 0 then return {-5} end
        queues[#queues + 1] = step
        queues[#queues + 1] = redis.call('xlen', KEYS[10] .. step)
    end
end
redis.call('pexpire', KEYS[2], ARGV[3]) -- first what a full server lets through: what a script writes after that passes as well
redis.call('set', KEYS[2], ARGV[2], 'px', ARGV[3])
redis.call('set', KEYS[9], ARGV[5])
local time = redis.call('time')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local alive, lost = {}, {}
local workers = redis.call('hgetall', KEYS[6])
for i = 1, #workers, 2 do
    local at = string.find(workers[i + 1], ' ')
    local to = alive
    if now - tonumber(string.sub(workers[i + 1], 1, at - 1)) > tonumber(ARGV[4]) then
        to = lost
        redis.call('hdel', KEYS[6], workers[i])
    end
    to[#to + 1] = workers[i]
    to[#to + 1] = string.sub(workers[i + 1], at + 1)
end
return {1, alive, lost, redis.call('hgetall', KEYS[7]), queues, redis.call('xlen', KEYS[8])}
)";

// KEYS: epoch owner pushed joined plan counts results gauges queues'-prefix dead; ARGV: epoch coordinator
constexpr std::string_view End = R"(
if redis.call('get', KEYS[1]) ~= ARGV[1] then return -4 end
if redis.call('get', KEYS[2]) == ARGV[2] then redis.call('del', KEYS[2]) end
for _, step in ipairs(redis.call('hkeys', KEYS[5])) do redis.call('del', KEYS[9] .. step) end
redis.call('del', KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8])
redis.call('expire', KEYS[1], 86400)
redis.call('expire', KEYS[10], 86400)
return 1
)";

constexpr std::array Texts{Init, Declare, Push, Handover, Join, Beat, Watch, End};

const std::string &digestOfScript(ClusterScript script)
{
    static const std::vector<std::string> digests = [] {
        std::vector<std::string> made;
        for (const std::string_view text : Texts)
            made.push_back(digestOf(Digest::Sha1, text));
        return made;
    }();
    return digests[size_t(script)];
}

} // namespace

Result<> loadScripts(RedisConnection &connection)
{
    for (const std::string_view text : Texts)
        if (auto loaded = connection.call({"SCRIPT", "LOAD", text}); !loaded)
            return loaded.forward();
    return {};
}

RedisConnection::Words scriptCall(ClusterScript script,
                                  const RedisConnection::Words &keys,
                                  const RedisConnection::Words &arguments)
{
    static constexpr std::string_view Counts[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"};
    RedisConnection::Words words{"EVALSHA", digestOfScript(script), Counts[keys.size()]};
    words.insert(words.end(), keys.begin(), keys.end());
    words.insert(words.end(), arguments.begin(), arguments.end());
    return words;
}

} // namespace millrace
