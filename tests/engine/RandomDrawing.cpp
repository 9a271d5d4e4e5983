// SPDX-License-Identifier: MIT
#include "engine/RandomDrawing.h"

#include <algorithm>
#include <vector>

namespace millrace::test {

namespace {

/// Adds one step after the other to what is there.
class Drawer
{
public:
    explicit Drawer(std::mt19937_64 &random) : m_random(random)
    {
        m_pipeline.batching.size = 1 + below(20);
        m_pipeline.hasBatching = true;
        m_pipeline.defaults.workers = 1 + below(3);
        m_pipeline.defaults.onError = ErrorPolicy::Skip;
        m_pipeline.hasDefaults = true;
        m_pipeline.parameters.push_back({"by", Value(int64_t(3)), "What is added."});
        m_pipeline.hasParameters = true;
    }

    Pipeline draw()
    {
        const int sources = 1 + below(2);
        for (int i = 0; i < sources; ++i)
            addSource();
        const int more = 3 + below(9);
        for (int i = 0; i < more; ++i)
            addStep();
        for (const End &end : m_open)
            link(end, add("write.jsonl", {}));
        return m_pipeline;
    }

private:
    struct End
    {
        std::string step, port;
    };

    int below(int bound) { return int(m_random() % uint64_t(bound)); }

    std::string add(const std::string &type, Members params)
    {
        PipelineStep step;
        step.id = "s" + std::to_string(m_pipeline.steps.size());
        step.type = type;
        step.params = std::move(params);
        if (type == "write.jsonl")
            step.setParam("path", Value("out/" + step.id + ".jsonl"));
        else if (below(4) == 0)
            step.workers = 1 + below(4);
        m_pipeline.steps.push_back(std::move(step));
        return m_pipeline.steps.back().id;
    }

    void link(const End &from, const std::string &to)
    {
        Link link;
        link.fromStep = from.step;
        link.fromPort = from.port;
        link.toStep = to;
        m_pipeline.links.push_back(std::move(link));
    }

    void addSource()
    {
        const bool isFile = below(2) == 0;
        const std::string id = isFile ? add("read.jsonl", {{"path", Value("in.jsonl")}})
                                      : add("generate", {{"count", Value(int64_t(20 + below(150)))}});
        m_open.push_back({id, "out"});
    }

    /// An end: sometimes of a step that leads on already, so that the stream forks.
    End take()
    {
        const size_t at = size_t(below(int(m_open.size())));
        const End end = m_open[at];
        if (below(4) != 0 && m_open.size() > 1)
            m_open.erase(m_open.begin() + ptrdiff_t(at));
        return end;
    }

    void addStep()
    {
        const int kind = below(8);
        if (kind == 0 && m_open.size() > 1) {
            addUnion();
            return;
        }
        const End from = take();
        std::string id;
        switch (kind) {
        case 1:
        case 2: id = add("filter", {{"expression", Value("number(coalesce(item.value, id)) % 3 != 1")}}); break;
        case 3: id = add("fail", {{"expression", Value("id % 7 == 2")}, {"message", Value("no")}}); break;
        case 4: id = add("formula", {{"expression", Value("id + ${by}")}, {"field", Value("sum")}}); break;
        case 5: id = add("limit", {{"skip", Value(int64_t(below(3)))}}); break;
        case 6: id = add("number", {{"into", Value("row")}, {"start", Value("${by}")}}); break;
        default: id = add("add", {{"by", Value("${by}")}}); break;
        }
        link(from, id);
        m_open.push_back({id, "out"});
        if (kind == 1)
            m_open.push_back({id, "rejected"});
        if (kind == 3) {
            m_pipeline.step(id)->onError = ErrorPolicy::Route;
            m_open.push_back({id, "error"});
        }
    }

    void addUnion()
    {
        const End first = take();
        End second = take();
        for (int i = 0; i < 10 && second.step == first.step && second.port == first.port; ++i)
            second = m_open[size_t(below(int(m_open.size())))];
        if (second.step == first.step && second.port == first.port) {
            m_open.push_back(first);
            return;
        }
        const char *modes[] = {"items", "batches", "fields"};
        const std::string id = add("union", {{"mode", Value(modes[below(3)])}});
        link(first, id);
        link(second, id);
        m_open.push_back({id, "out"});
    }

    std::mt19937_64 &m_random;
    Pipeline m_pipeline;
    std::vector<End> m_open;
};

} // namespace

Pipeline makeRandomDrawing(std::mt19937_64 &random)
{
    return Drawer(random).draw();
}

std::set<std::string> makeRandomSelection(const Pipeline &pipeline, std::mt19937_64 &random)
{
    std::set<std::string> steps{pipeline.steps[random() % pipeline.steps.size()].id};
    const size_t wanted = 1 + random() % 5;
    for (int i = 0; i < 40 && steps.size() < wanted; ++i) {
        const Link &link = pipeline.links[random() % pipeline.links.size()];
        if (steps.contains(link.fromStep) || steps.contains(link.toStep))
            steps.insert({link.fromStep, link.toStep});
    }
    return steps;
}

} // namespace millrace::test
