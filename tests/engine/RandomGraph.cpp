// SPDX-License-Identifier: MIT
#include "RandomGraph.h"

#include "TestSteps.h"

#include <algorithm>

namespace millrace::test {

std::vector<std::vector<int64_t>> Stream::numbers() const
{
    std::vector<std::vector<int64_t>> all;
    for (const ItemBatch &batch : batches)
        for (const Item &item : batch)
            all.push_back(item.numbers);
    return all;
}

namespace {

constexpr int64_t SourceGap = 100'000;

/// Draws a plan and works out beside it what each link must carry.
class Builder
{
public:
    Builder(std::mt19937_64 &random, GraphWishes wishes) : m_random(random), m_wishes(wishes) {}

    RandomGraph build()
    {
        m_graph.isChain = m_wishes.mustBeChain;
        const int sources = m_wishes.longSources > 0 ? m_wishes.longSources : m_wishes.mustBeChain ? 1 : draw(1, 4);
        if (m_wishes.longSources > 0)
            m_graph.race = std::make_shared<SourceRace>(size_t(sources));
        for (int i = 0; i < sources; ++i)
            addSource(i);
        for (int left = draw(1, 9); left > 0; --left)
            grow();
        for (size_t i = 0; i < m_open.size(); ++i)
            addSink(m_open[i]);
        return std::move(m_graph);
    }

private:
    /// A port that leads nowhere yet.
    struct Open
    {
        int step = 0, port = 0;
        Stream stream;
    };

    int draw(int low, int high) { return std::uniform_int_distribution<int>(low, high)(m_random); }
    bool isLucky(int oneIn) { return draw(1, oneIn) == 1; }

    Pace drawPace()
    {
        Pace pace;
        pace.spins = isLucky(3) ? draw(0, 3000) : 0;
        pace.sleepOneIn = isLucky(8) ? draw(2, 20) : 0;
        return pace;
    }

    PlannedStep &addStep(StepKind kind)
    {
        PlannedStep step;
        step.id = "s" + std::to_string(m_graph.plan.steps.size());
        step.type = "test";
        step.kind = kind;
        step.workers = isLucky(2) ? 1 : draw(1, 4);
        step.queueSize = isLucky(3) ? 1 : draw(0, 6);
        step.onError = ErrorPolicy::Skip;
        m_graph.plan.steps.push_back(std::move(step));
        if (kind != StepKind::Source)
            m_graph.changeable.push_back(m_graph.plan.steps.back().id);
        return m_graph.plan.steps.back();
    }
    int lastStep() const { return int(m_graph.plan.steps.size()) - 1; }
    void link(const Open &from, int to, int input = 0)
    {
        m_graph.plan.links.push_back({from.step, from.port, to, input});
    }

    Open takeOpen()
    {
        const size_t index = size_t(draw(0, int(m_open.size()) - 1));
        Open open = std::move(m_open[index]);
        m_open.erase(m_open.begin() + ptrdiff_t(index));
        return open;
    }

    void addSource(int number)
    {
        PlannedStep &step = addStep(StepKind::Source);
        step.batching.size = draw(1, 7);
        const int64_t first = number * SourceGap;
        const int64_t count = m_graph.race  ? GraphWishes::LongBatches * step.batching.size
                              : isLucky(10) ? 0
                                            : draw(1, 150);
        Stream stream;
        stream.domain = m_domains++;
        for (int64_t at = 0; at < count; at += step.batching.size) {
            ItemBatch batch;
            for (int64_t i = at; i < std::min(count, at + step.batching.size); ++i)
                batch.push_back({uint32_t(i - at), {first + i}});
            stream.batches.push_back(std::move(batch));
        }
        if (stream.batches.empty())
            stream.batches.emplace_back();
        if (m_graph.race) {
            step.make = [=, race = m_graph.race](int) -> Result<std::unique_ptr<Step>> {
                return std::unique_ptr<Step>(new RacingSource(first, count, race, size_t(number)));
            };
            m_open.push_back({lastStep(), 0, std::move(stream)});
            return;
        }
        if (isLucky(2)) {
            addDecoder(step, first, count, std::move(stream));
            return;
        }
        step.make = [=](int) -> Result<std::unique_ptr<Step>> {
            return std::unique_ptr<Step>(new NumberSource(first, count));
        };
        m_open.push_back({lastStep(), 0, std::move(stream)});
    }

    /// The source's numbers come by way of decoders, which fail some.
    void addDecoder(PlannedStep &step, int64_t first, int64_t count, Stream stream)
    {
        const int64_t divisor = isLucky(2) ? SourceGap * 10 : draw(2, 40), rest = 1;
        setErrorPolicy(step);
        step.make = [=, id = step.id](int) -> Result<std::unique_ptr<Step>> {
            return std::unique_ptr<Step>(new DecodedSource(first, count, [=](int64_t number) -> Result<> {
                if (isHit(number, divisor, rest))
                    return failure("test", failMessage(id, number));
                return {};
            }));
        };
        Stream failed = takeFailed(step, stream, divisor, rest);
        m_open.push_back({lastStep(), 0, std::move(stream)});
        addErrorSink(lastStep(), std::move(failed));
    }

    void setErrorPolicy(PlannedStep &step)
    {
        step.retries = isLucky(30) ? 1 : 0;
        step.onError = m_wishes.mayStopOnError && isLucky(2) ? ErrorPolicy::Stop
                       : isLucky(2)                          ? ErrorPolicy::Route
                                                             : ErrorPolicy::Skip;
    }

    /// The hits leave `good`; those that leave by the error port are returned.
    Stream takeFailed(const PlannedStep &step, Stream &good, int64_t divisor, int64_t rest)
    {
        const bool isRouted = step.onError == ErrorPolicy::Route;
        Stream failed = good;
        for (size_t i = 0; i < good.batches.size(); ++i) {
            if (step.onError == ErrorPolicy::Stop)
                noteError(i, step.id, good.batches[i], divisor, rest);
            std::erase_if(good.batches[i], [&](const Item &item) { return isHit(item.numbers[0], divisor, rest); });
            std::erase_if(failed.batches[i],
                          [&](const Item &item) { return !isRouted || !isHit(item.numbers[0], divisor, rest); });
        }
        failed.mayBranch = false;
        return failed;
    }

    void addErrorSink(int failing, Stream failed)
    {
        if (!m_wishes.mustBeChain && isLucky(2))
            addSink({failing, PlannedLink::ErrorPort, std::move(failed)});
    }

    template <class Make>
    void grown(Open from, PlannedStep &step, Make make, Stream stream)
    {
        step.make = [make](int) -> Result<std::unique_ptr<Step>> { return std::unique_ptr<Step>(make()); };
        link(from, lastStep());
        m_open.push_back({lastStep(), 0, std::move(stream)});
    }

    void grow()
    {
        if (!m_wishes.mustBeChain && isLucky(4) && m_open.size() > 1) {
            if (isLucky(3))
                addSide();
            else
                addCombine();
            return;
        }
        Open from = takeOpen();
        if (!m_wishes.mustBeChain && from.stream.mayBranch && isLucky(4)) { // a split: the same stream twice
            m_open.push_back(from);
            m_open.push_back(std::move(from));
            return;
        }
        switch (draw(0, from.stream.isOrdered && !m_wishes.mustBeChain ? 6 : 3)) {
        case 0:
        case 1: addAffine(std::move(from)); break;
        case 2: addSplit(std::move(from)); break;
        case 3: addFail(std::move(from)); break;
        case 4: addDouble(std::move(from)); break;
        case 5: addSum(std::move(from)); break;
        case 6: addReverse(std::move(from)); break;
        }
    }

    void addAffine(Open from)
    {
        PlannedStep &step = addStep(StepKind::Transform);
        step.keepsItemsOnError = isLucky(2);
        const int64_t factor = draw(1, 5), summand = draw(-9, 9);
        Stream stream = from.stream;
        for (ItemBatch &batch : stream.batches)
            for (Item &item : batch)
                item.numbers[0] = affine(item.numbers[0], factor, summand);
        grown(
            std::move(from), step, [=, pace = drawPace()] { return new AffineStep(factor, summand, pace); },
            std::move(stream));
    }

    void addSplit(Open from)
    {
        PlannedStep &step = addStep(StepKind::Transform);
        step.keepsItemsOnError = true;
        step.outputPorts = {"out"}; // and some more, one of which gets the hits
        const int ports = draw(1, 4), port = draw(1, ports);
        for (int i = 1; i <= ports; ++i)
            step.outputPorts.push_back("port" + std::to_string(i));
        const int64_t divisor = draw(1, 4), rest = draw(0, 1);
        Stream kept = from.stream, rejected = from.stream;
        for (size_t i = 0; i < kept.batches.size(); ++i) {
            std::erase_if(kept.batches[i], [&](const Item &item) { return isHit(item.numbers[0], divisor, rest); });
            std::erase_if(rejected.batches[i],
                          [&](const Item &item) { return !isHit(item.numbers[0], divisor, rest); });
        }
        const int linked = m_wishes.mustBeChain ? 0 : draw(0, 2); // `out`, both, only the other
        grown(
            std::move(from), step, [=, pace = drawPace()] { return new SplitStep(divisor, rest, uint8_t(port), pace); },
            std::move(kept));
        if (linked == 2)
            m_open.pop_back();
        if (linked != 0)
            m_open.push_back({lastStep(), port, std::move(rejected)});
        if (linked != 0 && port > 1 && isLucky(3)) { // nothing leaves by this one
            Stream none = m_open.back().stream;
            for (ItemBatch &batch : none.batches)
                batch.clear();
            m_open.push_back({lastStep(), 1, std::move(none)});
        }
    }

    void addDouble(Open from)
    {
        PlannedStep &step = addStep(StepKind::Transform);
        const int64_t divisor = draw(1, 4), rest = draw(0, 1);
        Stream stream = from.stream;
        for (ItemBatch &batch : stream.batches) {
            ItemBatch grownBatch;
            for (const Item &item : batch) {
                grownBatch.push_back(item);
                if (isHit(item.numbers[0], divisor, rest))
                    grownBatch.push_back(item);
            }
            batch = std::move(grownBatch);
        }
        grown(
            std::move(from), step, [=, pace = drawPace()] { return new DoubleStep(divisor, rest, pace); },
            std::move(stream));
    }

    void addFail(Open from)
    {
        PlannedStep &step = addStep(StepKind::Transform);
        const int64_t divisor = draw(2, 40), rest = draw(0, 1);
        const auto how = FailHow(draw(0, 2));
        step.keepsItemsOnError = false;
        setErrorPolicy(step);
        Stream good = from.stream, failed = takeFailed(step, good, divisor, rest);
        for (ItemBatch &batch : good.batches)
            for (Item &item : batch)
                item.numbers[0] = affine(item.numbers[0], 1, 1);
        grown(
            std::move(from), step,
            [=, id = step.id, pace = drawPace()] { return new FailStep(id, divisor, rest, how, pace); },
            std::move(good));
        addErrorSink(lastStep(), std::move(failed));
    }

    void noteError(size_t batch, const std::string &step, const ItemBatch &items, int64_t divisor, int64_t rest)
    {
        for (const Item &item : items) {
            if (!isHit(item.numbers[0], divisor, rest))
                continue;
            if (batch < m_errorBatch) { // an earlier step's error of the same batch comes first
                m_errorBatch = batch;
                m_graph.firstError = failMessage(step, item.numbers[0]);
            }
            return;
        }
    }

    void addSum(Open from)
    {
        PlannedStep &step = addStep(StepKind::Transform);
        step.isOrdered = true;
        Stream stream = from.stream;
        stream.domain = m_domains++;
        int64_t sum = 0;
        for (ItemBatch &batch : stream.batches)
            for (Item &item : batch)
                item.numbers[0] = sum = affine(sum, 1, item.numbers[0]);
        grown(
            std::move(from), step, [] { return new SumStep; }, std::move(stream));
    }

    void addReverse(Open from)
    {
        PlannedStep &step = addStep(StepKind::Transform);
        step.isOrdered = true;
        step.batching.size = draw(1, 7);
        Stream stream;
        stream.domain = m_domains++;
        stream.batches.resize(from.stream.batches.size()); // emptied, but passed on
        std::vector<std::vector<int64_t>> numbers = from.stream.numbers();
        while (!numbers.empty()) {
            ItemBatch batch;
            for (int64_t i = 0; i < step.batching.size && !numbers.empty(); ++i) {
                batch.push_back({uint32_t(i), {numbers.back()[0]}});
                numbers.pop_back();
            }
            stream.batches.push_back(std::move(batch));
        }
        grown(
            std::move(from), step, [] { return new ReverseStep; }, std::move(stream));
    }

    void addCombine()
    {
        std::vector<Open> branches;
        const int count = std::min(int(m_open.size()), draw(2, 3));
        bool isOrdered = true, isAligned = true, mayFields = true;
        for (int i = 0; i < count; ++i) {
            branches.push_back(takeOpen());
            isOrdered &= branches.back().stream.isOrdered;
            isAligned &= branches.back().stream.domain == branches.front().stream.domain;
            mayFields &= branches.back().stream.batches.size() == branches.front().stream.batches.size();
        }
        PlannedStep &step = addStep(StepKind::Combine);
        step.make = [](int) -> Result<std::unique_ptr<Step>> { return std::make_unique<Step>(); };
        Stream stream;
        stream.domain = m_domains++;
        const int choice = isOrdered ? draw(0, isAligned && mayFields ? 3 : 2) : 0;
        switch (choice) {
        case 0:
            step.combine = CombineMode::Merge;
            stream.isOrdered = false;
            for (const Open &branch : branches)
                stream.batches.insert(stream.batches.end(), branch.stream.batches.begin(), branch.stream.batches.end());
            break;
        case 1:
            step.combine = CombineMode::Items;
            for (const Open &branch : branches)
                stream.batches.insert(stream.batches.end(), branch.stream.batches.begin(), branch.stream.batches.end());
            break;
        case 2:
            step.combine = CombineMode::Batches;
            for (size_t i = 0, left = 1; left > 0; ++i) {
                left = 0;
                for (const Open &branch : branches) {
                    if (i < branch.stream.batches.size())
                        stream.batches.push_back(branch.stream.batches[i]);
                    left += i + 1 < branch.stream.batches.size();
                }
            }
            break;
        case 3:
            step.combine = CombineMode::Fields;
            for (size_t i = 0; i < branches[0].stream.batches.size(); ++i)
                stream.batches.push_back(zip(branches, i));
            break;
        }
        for (const Open &branch : branches)
            link(branch, lastStep());
        m_open.push_back({lastStep(), 0, std::move(stream)});
    }

    /// A step with two inputs, of which the second is taken first, and whole. Both may come from the same source.
    void addSide()
    {
        const Open left = takeOpen(), right = takeOpen();
        PlannedStep &step = addStep(StepKind::Transform);
        step.isOrdered = true;
        step.inputPorts = {"left", "right"};
        step.batching.size = draw(1, 7);
        const int64_t divisor = draw(1, 4), rest = draw(0, 1);
        std::vector<int64_t> side;
        for (const std::vector<int64_t> &numbers : right.stream.numbers())
            side.push_back(numbers[0]);
        if (!right.stream.isOrdered)
            std::sort(side.begin(), side.end());
        const int64_t digest = SideStep::digestOf(side);
        Stream stream;
        stream.domain = m_domains++;
        stream.isOrdered = left.stream.isOrdered;
        for (ItemBatch batch : left.stream.batches) {
            ItemBatch hits;
            for (Item &item : batch) {
                const bool isOne = isHit(item.numbers[0], divisor, rest);
                item.numbers[0] = affine(item.numbers[0], 1, digest);
                if (isOne)
                    hits.push_back(item);
            }
            stream.batches.push_back(std::move(batch));
            if (!hits.empty())
                stream.batches.push_back(std::move(hits));
        }
        for (size_t at = 0; at < side.size(); at += size_t(step.batching.size)) {
            ItemBatch batch;
            for (size_t i = at; i < std::min(side.size(), at + size_t(step.batching.size)); ++i)
                batch.push_back({uint32_t(i - at), {side[i]}});
            stream.batches.push_back(std::move(batch));
        }
        step.make = [=, isOrdered = right.stream.isOrdered, pace = drawPace()](int) -> Result<std::unique_ptr<Step>> {
            return std::unique_ptr<Step>(new SideStep(divisor, rest, isOrdered, pace));
        };
        link(left, lastStep());
        link(right, lastStep(), 1);
        m_open.push_back({lastStep(), 0, std::move(stream)});
    }

    /// Items of the same row side by side, the n-th of a row with the n-th.
    static ItemBatch zip(const std::vector<Open> &branches, size_t index)
    {
        ItemBatch zipped = branches[0].stream.batches[index];
        for (size_t b = 1; b < branches.size(); ++b) {
            std::vector<Item> others = branches[b].stream.batches[index];
            ItemBatch matched;
            for (Item &item : zipped) {
                const auto same = std::find_if(others.begin(), others.end(),
                                               [&](const Item &other) { return other.row == item.row; });
                if (same == others.end())
                    continue;
                item.numbers.insert(item.numbers.end(), same->numbers.begin(), same->numbers.end());
                matched.push_back(item);
                others.erase(same);
            }
            zipped = std::move(matched);
        }
        return zipped;
    }

    void addSink(Open from)
    {
        PlannedStep &step = addStep(StepKind::Sink);
        ExpectedSink expected;
        expected.isOrdered = from.stream.isOrdered && !isLucky(5);
        expected.collected = std::make_shared<Collected>();
        step.make = [collected = expected.collected, isOrdered = expected.isOrdered || !from.stream.isOrdered,
                     pace = drawPace()](int) -> Result<std::unique_ptr<Step>> {
            return std::unique_ptr<Step>(new CollectSink(collected, isOrdered, pace));
        };
        link(from, lastStep());
        expected.stream = std::move(from.stream);
        m_graph.sinks.push_back(std::move(expected));
    }

    std::mt19937_64 &m_random;
    const GraphWishes m_wishes;
    RandomGraph m_graph;
    std::vector<Open> m_open;
    int m_domains = 0;
    size_t m_errorBatch = SIZE_MAX;
};

} // namespace

RandomGraph makeRandomGraph(std::mt19937_64 &random, GraphWishes wishes)
{
    return Builder(random, wishes).build();
}

} // namespace millrace::test
