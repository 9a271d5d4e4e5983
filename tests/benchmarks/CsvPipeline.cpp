// SPDX-License-Identifier: MIT
#include "CsvPipeline.h"

#include "Chain.h"
#include "data/Value.h"
#include "pipeline/PipelineFile.h"

#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>

namespace millrace::bench {

namespace {

std::string pipelineText(const CsvPipeline &job)
{
    return R"J({"millrace": 1, "batching": {"size": )J" + std::to_string(job.batchSize)
           + R"J(}, "defaults": {"workers": 2, "queueSize": )J" + std::to_string(job.queueSize) + R"J(}, "steps": [
        {"id": "lines", "type": "read.csv", "params": {"header": false, "path": )J"
           + toJson(Value(job.input)) + R"J(}},
        {"id": "total", "type": "formula", "params": {"expression": "round(column3 * column4 * 1.19, 2)", "field": "total"}},
        {"id": "city", "type": "formula", "params": {"expression": "upper(column5)", "field": "column5"}},
        {"id": "fields", "type": "select", "params": {"fields": ["column1", "column2", "column5", "total"]}},
        {"id": "result", "type": "write.csv", "params": {"delimiter": ";", "path": )J"
           + toJson(Value(job.output)) + R"J(}}
      ], "links": [
        {"from": "lines", "to": "total"}, {"from": "total", "to": "city"}, {"from": "city", "to": "fields"},
        {"from": "fields", "to": "result"}]})J";
}

std::vector<std::string_view> split(std::string_view line, char separator)
{
    std::vector<std::string_view> fields;
    for (size_t at = 0; at <= line.size();) {
        const size_t end = std::min(line.find(separator, at), line.size());
        fields.push_back(line.substr(at, end - at));
        at = end + 1;
    }
    return fields;
}

double number(std::string_view text)
{
    double value = std::nan("");
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

bool isResultOf(std::string_view written, std::string_view read)
{
    const auto in = split(read, ','), out = split(written, ';');
    if (in.size() != 6 || out.size() != 4 || out[0] != in[0] || out[1] != in[1])
        return false;
    std::string city(in[4]);
    std::transform(city.begin(), city.end(), city.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
    return out[2] == city && std::abs(number(out[3]) - number(in[2]) * number(in[3]) * 1.19) < 0.0051;
}

bool isResultRight(const CsvPipeline &job)
{
    std::ifstream in(job.input), out(job.output);
    std::string read, written;
    if (!std::getline(out, written)) // the header
        return false;
    while (std::getline(in, read))
        if (!std::getline(out, written) || !isResultOf(written, read))
            return false;
    return !std::getline(out, written);
}

} // namespace

bool runCsvPipeline(const CsvPipeline &job, Timer &timer)
{
    StepRegistry registry;
    registerBuiltInSteps(registry);
    timer.start();
    auto loaded = parsePipeline(pipelineText(job));
    if (!loaded)
        throw std::runtime_error(loaded.error().message);
    finishRun(Run::create(loaded->pipeline, registry, RunOptions()), job.samplesPerSecond);
    timer.stop();
    const bool isRight = isResultRight(job);
    std::filesystem::remove(job.output);
    return isRight;
}

} // namespace millrace::bench
