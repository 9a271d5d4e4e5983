// SPDX-License-Identifier: MIT
#include "analysis/Simulation.h"

#include <algorithm>
#include <array>
#include <deque>
#include <queue>
#include <random>
#include <tuple>
#include <utility>

namespace millrace {

namespace {

constexpr uint64_t MostSimulated = 20'000; ///< batches of a source
constexpr double Almost = 1e-9;
constexpr double LongEnough = 60; ///< seconds of a run that is long enough to judge

/// Seconds of a batch as they are spread: a line through the known shares, drawn so that the average is the measured
/// one.
class ServiceTimes
{
public:
    explicit ServiceTimes(const SimulatedStep &step)
    {
        m_values = {0, step.p50, std::max(step.p50, step.p95), std::max({step.p50, step.p95, step.p99}),
                    std::max({step.p50, step.p95, step.p99, step.max})};
        if (step.p50 <= 0) {
            m_values.fill(step.secondsPerBatch);
            return;
        }
        // The shortest one isn't known: it is where that makes the average right, as far as it can.
        m_values[0] = std::clamp((step.secondsPerBatch - mean()) * 2 / (Shares[1] - Shares[0]), 0.0, step.p50);
        const double scale = step.secondsPerBatch / mean();
        for (double &value : m_values)
            value *= scale;
    }

    /// `share`: from 0 up to 1.
    double at(double share) const
    {
        size_t i = 1;
        while (i + 1 < Shares.size() && share > Shares[i])
            ++i;
        const double part = (share - Shares[i - 1]) / (Shares[i] - Shares[i - 1]);
        return m_values[i - 1] + part * (m_values[i] - m_values[i - 1]);
    }

private:
    static constexpr std::array<double, 5> Shares{0, 0.5, 0.95, 0.99, 1};

    double mean() const
    {
        double sum = 0;
        for (size_t i = 1; i < Shares.size(); ++i)
            sum += (Shares[i] - Shares[i - 1]) * (m_values[i] + m_values[i - 1]) / 2;
        return sum;
    }

    std::array<double, 5> m_values{};
};

/// One run of the model.
class Playing
{
public:
    explicit Playing(const SimulationModel &model) : m_model(model), m_coresFree(std::max(1, model.cores))
    {
        for (const SimulatedStep &step : model.steps)
            m_places.emplace_back(step);
        for (size_t i = 0; i < model.links.size(); ++i) {
            m_places[model.links[i].from].out.push_back(i);
            m_places[model.links[i].to].in.push_back(i);
        }
        for (size_t i = 0; i < m_places.size(); ++i)
            m_places[i].bound = boundOf(i);
        m_credit.resize(model.links.size(), 0);
        for (size_t i = 0; i < m_places.size(); ++i)
            if (m_places[i].in.empty()) {
                m_places[i].left = std::min(model.steps[i].batches, MostSimulated);
                m_share =
                    std::min(m_share, double(m_places[i].left) / double(std::max<uint64_t>(1, model.steps[i].batches)));
            }
    }

    Simulation play()
    {
        for (size_t i = 0; i < m_places.size(); ++i)
            begin(i);
        while (!m_events.empty()) {
            const Event event = m_events.top();
            m_events.pop();
            m_now = event.time;
            if (event.isWaited)
                wantCore(event);
            else
                end(event);
        }
        return result();
    }

private:
    struct Place
    {
        explicit Place(const SimulatedStep &step)
            : times(step)
            , cpuShare(step.secondsPerBatch > 0 ? std::clamp(step.cpuSecondsPerBatch / step.secondsPerBatch, 0.0, 1.0)
                                                : 0.0)
        {}

        ServiceTimes times;
        double cpuShare;
        std::vector<size_t> in, out; ///< links
        std::deque<double> waiting;  ///< when each batch in the queue was read
        uint64_t reserved = 0;       ///< room in the queue
        uint64_t bound = 0;          ///< of both together; 0: none
        uint64_t left = 0;           ///< of a source: batches to be read
        int active = 0;
        uint64_t done = 0;
        double busy = 0, cpu = 0, depthArea = 0, depthSince = 0;
        uint64_t peak = 0;
    };
    struct Event
    {
        double time = 0;
        uint64_t number = 0; ///< of two at a time the earlier one comes first
        size_t step = 0;
        double read = 0, cpu = 0, begun = 0;
        bool isWaited = false; ///< it has waited, and computes now

        bool operator>(const Event &other) const { return std::tie(time, number) > std::tie(other.time, other.number); }
    };

    /// As Queue::bound(): each worker that delivers there may hold one result. 0: there is none.
    uint64_t boundOf(size_t step) const
    {
        const int size = m_model.steps[step].queueSize;
        uint64_t delivering = 0;
        for (const size_t link : m_places[step].in)
            delivering += uint64_t(std::max(1, m_model.steps[m_model.links[link].from].workers));
        return size <= 0 ? 0 : std::max(uint64_t(size), delivering);
    }

    bool hasRoom(const Place &place) const
    {
        return std::ranges::all_of(place.out, [&](size_t link) {
            const Place &next = m_places[m_model.links[link].to];
            return next.bound == 0 || next.waiting.size() + next.reserved < next.bound;
        });
    }

    void begin(size_t step)
    {
        Place &place = m_places[step];
        const bool isSource = place.in.empty();
        while (place.active < std::max(1, m_model.steps[step].workers)
               && (isSource ? place.left > 0 : !place.waiting.empty()) && hasRoom(place)) {
            double read = -1; // a source's batch is read when it is there
            if (isSource) {
                --place.left;
            } else {
                noteDepth(place);
                read = place.waiting.front();
                place.waiting.pop_front();
                m_bytes -= m_model.steps[step].bytesPerBatch;
            }
            for (const size_t link : place.out)
                ++m_places[m_model.links[link].to].reserved;
            ++place.active;
            addBytes(m_model.steps[step].bytesPerBatch);
            const double seconds = place.times.at(std::uniform_real_distribution<>(0, 1)(m_random));
            const double cpu = seconds * place.cpuShare;
            const double begun = m_now + m_model.steps[step].secondsBetween;
            m_events.push({begun + seconds - cpu, ++m_number, step, read, cpu, begun, true});
            for (const size_t link : place.in)
                m_woken.push_back(m_model.links[link].from);
        }
        wake();
    }

    /// Those before a step whose queue has room again.
    void wake()
    {
        if (m_isWaking)
            return;
        m_isWaking = true;
        while (!m_woken.empty()) {
            const size_t step = m_woken.back();
            m_woken.pop_back();
            begin(step);
        }
        m_isWaking = false;
    }

    void wantCore(Event event)
    {
        event.isWaited = false;
        if (event.cpu <= 0) {
            end(event);
        } else if (m_coresFree > 0) {
            --m_coresFree;
            compute(event);
        } else {
            m_wantCore.push_back(event);
        }
    }

    void compute(Event event)
    {
        event.time = m_now + event.cpu;
        event.number = ++m_number;
        m_events.push(event);
    }

    void end(const Event &event)
    {
        Place &place = m_places[event.step];
        if (event.cpu > 0) {
            ++m_coresFree;
            if (!m_wantCore.empty()) {
                --m_coresFree;
                const Event next = m_wantCore.front();
                m_wantCore.pop_front();
                compute(next);
            }
        }
        --place.active;
        ++place.done;
        place.busy += m_now - event.begun;
        place.cpu += event.cpu;
        m_bytes -= m_model.steps[event.step].bytesPerBatch;
        const double read = event.read < 0 ? m_now : event.read;
        if (place.out.empty() && event.read >= 0)
            m_latencies.push_back(m_now - read);
        for (const size_t link : place.out)
            handOn(link, read);
        m_woken.push_back(event.step);
        wake();
    }

    void handOn(size_t link, double read)
    {
        const size_t to = m_model.links[link].to;
        Place &next = m_places[to];
        noteDepth(next);
        --next.reserved;
        for (m_credit[link] += m_model.links[link].share; m_credit[link] >= 1 - Almost; m_credit[link] -= 1) {
            next.waiting.push_back(read);
            addBytes(m_model.steps[to].bytesPerBatch);
        }
        next.peak = std::max<uint64_t>(next.peak, next.waiting.size());
        m_woken.push_back(to);
        for (const size_t other : next.in) // room that isn't used after all
            if (m_model.links[other].from != m_model.links[link].from)
                m_woken.push_back(m_model.links[other].from);
    }

    void addBytes(double bytes)
    {
        m_bytes += bytes;
        m_mostBytes = std::max(m_mostBytes, m_bytes);
    }

    void noteDepth(Place &place) const
    {
        place.depthArea += double(place.waiting.size()) * (m_now - place.depthSince);
        place.depthSince = m_now;
    }

    Simulation result()
    {
        Simulation simulation;
        simulation.seconds = m_now;
        const double items = double(m_model.itemsRead) * m_share;
        simulation.itemsPerSecond = m_now > 0 ? items / m_now : 0;
        simulation.memoryBytes = uint64_t(std::max(0.0, m_mostBytes));
        if (!m_latencies.empty()) {
            const size_t place = std::min(m_latencies.size() - 1, m_latencies.size() * 95 / 100);
            std::ranges::nth_element(m_latencies, m_latencies.begin() + ptrdiff_t(place));
            simulation.latencyP95 = m_latencies[place];
        }
        // As if it had gone on alike: what is said of a short run, that it was too short to be sure, isn't true here.
        const double stretch = m_now > 0 ? std::max(1.0, LongEnough / m_now) : 1.0;
        RunSample sample;
        sample.seconds = sample.activeSeconds = m_now * stretch;
        sample.itemsRead = uint64_t(items * stretch);
        for (size_t i = 0; i < m_places.size(); ++i)
            sample.steps.push_back(sampleOf(i, stretch));
        simulation.limitedBy = findLimit(sample, std::max(1, m_model.cores));
        return simulation;
    }

    StepSample sampleOf(size_t index, double stretch)
    {
        Place &place = m_places[index];
        const SimulatedStep &step = m_model.steps[index];
        noteDepth(place);
        StepSample sample;
        sample.id = step.id;
        sample.type = step.type;
        sample.workers = std::max(1, step.workers);
        sample.isSource = place.in.empty();
        sample.isSink = place.out.empty();
        const auto batches = uint64_t(double(place.done) * stretch);
        sample.batchesIn = sample.isSource ? 0 : batches;
        sample.batchesOut = sample.isSink ? 0 : batches;
        sample.busy = uint64_t(place.busy * stretch * 1e9);
        sample.cpu = uint64_t(place.cpu * stretch * 1e9);
        sample.waits = place.cpuShare < 0.5;
        sample.queue.capacity = uint32_t(std::max(0, step.queueSize));
        sample.queue.peak = uint32_t(place.peak);
        sample.queue.mean = m_now > 0 ? place.depthArea / m_now : 0;
        return sample;
    }

    const SimulationModel &m_model;
    std::vector<Place> m_places;
    std::vector<double> m_credit; ///< by link: parts of a batch that haven't gone by it yet
    std::priority_queue<Event, std::vector<Event>, std::greater<>> m_events;
    std::deque<Event> m_wantCore;
    std::vector<size_t> m_woken; ///< steps that may begin something
    bool m_isWaking = false;
    int m_coresFree = 1;
    uint64_t m_number = 0;
    double m_now = 0, m_bytes = 0, m_mostBytes = 0, m_share = 1;
    std::vector<double> m_latencies;
    std::mt19937_64 m_random{1};
};

} // namespace

SimulationModel withBatchSize(SimulationModel model, double times)
{
    for (SimulatedStep &step : model.steps) {
        for (double *value : {&step.secondsPerBatch, &step.cpuSecondsPerBatch, &step.p50, &step.p95, &step.p99,
                              &step.max, &step.bytesPerBatch})
            *value *= times;
        step.batches = step.batches > 0 ? uint64_t(std::max(1.0, double(step.batches) / times)) : 0;
    }
    return model;
}

Simulation simulate(const SimulationModel &model)
{
    return Playing(model).play();
}

} // namespace millrace
