// SPDX-License-Identifier: MIT
#include "steps/model/PredictingStep.h"
#include "steps/StepBuilder.h"
#include "steps/transform/Numbers.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace millrace {

namespace {

constexpr double Infinity = std::numeric_limits<double>::infinity();

double squaredDistance(const double *left, const double *right, size_t width)
{
    double sum = 0;
    for (size_t i = 0; i < width; ++i)
        sum += (left[i] - right[i]) * (left[i] - right[i]);
    return sum;
}

/// Centres of groups of points, row by row.
struct Centres
{
    size_t width = 0;
    std::vector<double> values;
    double inertia = Infinity; ///< sum of the squared distances of all points to their centres

    size_t count() const { return width == 0 ? 0 : values.size() / width; }
    /// The first of the nearest ones.
    size_t nearest(const double *point, double &distance) const
    {
        size_t best = 0;
        distance = Infinity;
        for (size_t i = 0; i < count(); ++i) {
            if (const double away = squaredDistance(point, &values[i * width], width); away < distance) {
                distance = away;
                best = i;
            }
        }
        return best;
    }
};

/// S. P. Lloyd, "Least squares quantization in PCM", IEEE Trans. Information Theory 28 (1982), until no point changes its group.
/// A group that lost its points keeps its centre.
void moveCentres(Centres &centres, const std::vector<double> &points, int64_t mostRounds)
{
    const size_t width = centres.width, count = points.size() / width;
    std::vector<size_t> group(count, centres.count());
    for (int64_t round = 0; round < mostRounds; ++round) {
        bool hasChanged = false;
        std::vector<double> sums(centres.values.size(), 0.0);
        std::vector<size_t> sizes(centres.count(), 0);
        centres.inertia = 0;
        for (size_t i = 0; i < count; ++i) {
            double distance = 0;
            const size_t own = centres.nearest(&points[i * width], distance);
            centres.inertia += distance;
            hasChanged |= own != group[i];
            group[i] = own;
            ++sizes[own];
            for (size_t j = 0; j < width; ++j)
                sums[own * width + j] += points[i * width + j];
        }
        if (!hasChanged)
            return;
        for (size_t i = 0; i < sums.size(); ++i) {
            if (const size_t size = sizes[i / width]; size > 0)
                centres.values[i] = sums[i] / double(size);
        }
    }
}

/// D. Arthur and S. Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007.
Centres drawCentres(const std::vector<double> &points, size_t width, size_t clusters, std::mt19937_64 &random)
{
    const size_t count = points.size() / width;
    Centres centres;
    centres.width = width;
    std::vector<double> weights(count, 1.0);
    while (centres.count() < clusters) {
        double sum = 0;
        for (const double weight : weights)
            sum += weight;
        double left = sum * (double(random() >> 11) * 0x1p-53);
        size_t chosen = 0;
        while (chosen + 1 < count && (left -= weights[chosen]) >= 0)
            ++chosen;
        const double *const point = &points[chosen * width];
        centres.values.insert(centres.values.end(), point, point + width);
        for (size_t i = 0; i < count; ++i)
            centres.nearest(&points[i * width], weights[i]);
    }
    return centres;
}

} // namespace

/// Which group of similar items an item belongs to.
class ClusterKmeans final : public PredictingStep
{
public:
    ClusterKmeans() : PredictingStep("cluster", ValueType::Integer) {}
    static void describe(StepBuilder<ClusterKmeans> &step)
    {
        step.id("cluster.kmeans").title("Group similar items").family(Family::Model).fittable();
        step.help(
            "Learns the centres of groups of similar items (k-means), and puts the number of the nearest one, from 0, "
            "into a new field. Scale the numbers first, for those that vary most count most.");
        step.synonyms({"k-means", "kmeans", "clustering", "groups", "segments"});
        step.param("fields", &ClusterKmeans::m_fields).title("Fields").required().help("The numbers to compare.");
        step.param("clusters", &ClusterKmeans::m_clusters).title("Groups").range(1, 10'000).help("How many groups.");
        step.param("into", &ClusterKmeans::m_into).title("Into").help("The new field for the group's number.");
        step.param("start", &ClusterKmeans::m_start)
            .title("Start")
            .help("A list of centres to begin with, each a list of numbers in the order of the fields. None: drawn by "
                  "k-means++.");
        step.param("attempts", &ClusterKmeans::m_attempts)
            .title("Attempts")
            .range(1, 1000)
            .help("How often centres are drawn; the best groups are kept.");
        step.param("seed", &ClusterKmeans::m_seed).title("Seed").help("Another one draws other centres.");
    }

    Result<> beginFit(const StepContext &) override
    {
        m_points.clear();
        m_centres = {};
        return {};
    }
    Result<> fit(const Batch &batch) override
    {
        const auto columns = columnsOf(m_fields, *batch.schema());
        if (!columns)
            return columns.forward();
        std::vector<Numbers> numbers(columns->size());
        for (size_t i = 0; i < numbers.size(); ++i) {
            const Column &column = batch.column((*columns)[i]);
            numbers[i].read(column, batch.size());
            for (size_t row = 0; row < batch.size(); ++row) {
                if (!std::isfinite(numbers[i].values[row]))
                    return failure(ErrorKind::Type, noNumber(m_fields[i], column.value(row)));
            }
        }
        for (size_t row = 0; row < batch.size(); ++row) {
            for (const Numbers &column : numbers)
                m_points.push_back(column.values[row]);
        }
        return {};
    }
    Result<> finishFit() override
    {
        const size_t width = m_fields.size(), count = width == 0 ? 0 : m_points.size() / width;
        if (count < size_t(m_clusters))
            return failure(ErrorKind::Fit, "Only " + std::to_string(count) + " items came, fewer than the "
                                               + std::to_string(m_clusters)
                                               + " groups they should make; choose fewer \"clusters\".");
        if (!m_start.isNull()) {
            auto centres = centresFrom(m_start);
            if (!centres)
                return failure(ErrorKind::Fit, "\"start\": " + centres.error().message);
            m_centres = *std::move(centres);
            moveCentres(m_centres, m_points, MostRounds);
        }
        std::mt19937_64 random{uint64_t(m_seed)};
        for (int64_t attempt = 0; attempt < m_attempts && m_start.isNull(); ++attempt) {
            Centres drawn = drawCentres(m_points, width, size_t(m_clusters), random);
            moveCentres(drawn, m_points, MostRounds);
            if (drawn.inertia < m_centres.inertia)
                m_centres = std::move(drawn);
        }
        m_points = {};
        return {};
    }

    Value state() const override
    {
        if (m_centres.count() == 0)
            return {};
        List fields(m_fields.begin(), m_fields.end()), centres;
        for (size_t i = 0; i < m_centres.count(); ++i) {
            const auto begin = m_centres.values.begin() + std::ptrdiff_t(i * m_centres.width);
            centres.emplace_back(List(begin, begin + std::ptrdiff_t(m_centres.width)));
        }
        return Members{{"fields", Value(std::move(fields))},
                       {"centres", Value(std::move(centres))},
                       {"inertia", Value(m_centres.inertia)}};
    }
    Result<> setState(const Value &state) override
    {
        m_centres = {};
        if (state.isNull())
            return {};
        const Value *fields = state.member("fields"), *centres = state.member("centres"),
                    *inertia = state.member("inertia");
        if (!fields || !centres || !inertia || !inertia->isNumber())
            return failure(ErrorKind::State,
                           "What was saved for it isn't what a step of this kind learns; fit it again.");
        if (*fields != Value(List(m_fields.begin(), m_fields.end())))
            return failure(ErrorKind::State, "It was fitted with other \"fields\"; fit it again.");
        auto known = centresFrom(*centres);
        if (!known)
            return failure(ErrorKind::State, "What was saved for it doesn't go with its parameters: "
                                                 + known.error().message + " Fit it again.");
        m_centres = *std::move(known);
        m_centres.inertia = inertia->toReal();
        return {};
    }

    Result<> process(Batch &batch) override
    {
        if (m_centres.count() == 0)
            return failure(ErrorKind::Unfitted, "It hasn't learnt anything yet; fit it first.");
        const auto plan = planOf(batch);
        if (!plan)
            return plan.forward();
        const std::vector<size_t> &columns = (*plan)->columns;
        m_numbers.resize(columns.size());
        for (size_t i = 0; i < columns.size(); ++i)
            m_numbers[i].read(batch.column(columns[i]), batch.size());
        Column groups = batch.takeSpare(ColumnType::Integer);
        groups.resize(batch.size());
        int64_t *const to = groups.integersToChange().data();
        std::vector<double> point(columns.size());
        std::vector<std::pair<uint32_t, std::string>> problems;
        for (uint32_t row = 0; row < batch.size(); ++row) {
            size_t odd = columns.size();
            for (size_t i = 0; i < point.size(); ++i) {
                point[i] = m_numbers[i].values[row];
                odd = std::isnan(point[i]) ? i : odd;
            }
            double distance = 0;
            if (odd == columns.size())
                to[row] = int64_t(m_centres.nearest(point.data(), distance));
            else
                problems.emplace_back(row, noNumber(m_fields[odd], batch.column(columns[odd]).value(row)));
        }
        finish(batch, **plan, std::move(groups), std::move(problems));
        return {};
    }

    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override
    {
        PredictingStep::check(context, problems);
        if (m_start.isNull())
            return;
        if (const auto centres = centresFrom(m_start); !centres)
            problems.push_back({true, "start", centres.error().message});
    }

private:
    static constexpr int64_t MostRounds = 10'000; ///< far more than points ever take to settle

    const std::vector<std::string> &names() const override { return m_fields; }
    /// An error is a sentence about what they have to be.
    Result<Centres> centresFrom(const Value &lists) const
    {
        const auto wrong = [this] {
            return failure(ErrorKind::Params, "There have to be " + std::to_string(m_clusters)
                                                  + " centres, each a list of " + std::to_string(m_fields.size())
                                                  + " numbers.");
        };
        if (!lists.isList() || int64_t(lists.toList().size()) != m_clusters)
            return wrong();
        Centres centres;
        centres.width = m_fields.size();
        for (const Value &list : lists.toList()) {
            if (!list.isList() || list.toList().size() != centres.width)
                return wrong();
            for (const Value &number : list.toList()) {
                if (!number.isNumber())
                    return wrong();
                centres.values.push_back(number.toReal());
            }
        }
        return centres;
    }

    int64_t m_clusters = 8, m_attempts = 10, m_seed = 0;
    Value m_start;

    std::vector<double> m_points; ///< row by row, until the end of a fit
    Centres m_centres;
    std::vector<Numbers> m_numbers; ///< of the batch at hand
};

void registerClusterKmeans(StepRegistry &registry)
{
    registry.add<ClusterKmeans>();
}

} // namespace millrace
