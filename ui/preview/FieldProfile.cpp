// SPDX-License-Identifier: MIT
#include "preview/FieldProfile.h"

#include "model/Format.h"
#include "theme/Text.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace millrace {

namespace {

constexpr size_t Bars = 8;
constexpr size_t MostOfAnEnd = 40; // characters of a least or greatest value

QString shown(const Value &value)
{
    return toQString(toPlain(value)).left(MostOfAnEnd);
}

QString typeOf(const std::set<ValueType> &types)
{
    if (types.empty())
        return {};
    if (types == std::set{ValueType::Integer, ValueType::Real})
        return toQString(typeName(ValueType::Real));
    return types.size() == 1 ? toQString(typeName(*types.begin()))
                             : QCoreApplication::translate("FieldProfile", "mixed");
}

void setHeights(FieldProfile &profile, std::vector<double> counts)
{
    const double highest = counts.empty() ? 0 : *std::ranges::max_element(counts);
    for (double &count : counts)
        count = highest > 0 ? count / highest : 0;
    profile.bars = std::move(counts);
}

void takeNumbers(FieldProfile &profile, const std::vector<double> &numbers)
{
    const auto [least, greatest] = std::ranges::minmax(numbers);
    profile.least = shown(Value(least));
    profile.greatest = shown(Value(greatest));
    std::vector<double> counts(least < greatest ? Bars : 1);
    for (const double number : numbers) {
        const double share = least < greatest ? (number - least) / (greatest - least) : 0;
        ++counts[std::min(counts.size() - 1, size_t(share * double(counts.size())))];
    }
    setHeights(profile, std::move(counts));
}

void takeOthers(FieldProfile &profile, const std::map<std::string, size_t> &counted)
{
    profile.least = toQString(counted.begin()->first).left(MostOfAnEnd);
    profile.greatest = toQString(counted.rbegin()->first).left(MostOfAnEnd);
    std::vector<double> counts;
    for (const auto &[text, count] : counted)
        counts.push_back(double(count));
    std::ranges::sort(counts, std::greater());
    counts.resize(std::min(counts.size(), Bars));
    setHeights(profile, std::move(counts));
}

} // namespace

FieldProfile profileOf(std::span<const Value *const> values)
{
    FieldProfile profile;
    std::set<ValueType> types;
    std::map<std::string, size_t> counted;
    std::vector<double> numbers;
    for (const Value *value : values) {
        if (!value || value->isNull()) {
            ++profile.nulls;
            continue;
        }
        ++profile.values;
        types.insert(value->type());
        ++counted[toPlain(*value)];
        if (value->isNumber() && std::isfinite(value->toReal()))
            numbers.push_back(value->toReal());
    }
    profile.type = typeOf(types);
    profile.distinct = counted.size();
    profile.isNumeric = profile.values > 0 && numbers.size() == profile.values;
    if (profile.isNumeric)
        takeNumbers(profile, numbers);
    else if (!counted.empty())
        takeOthers(profile, counted);
    return profile;
}

QString FieldProfile::text() const
{
    const auto tr = [](const char *text) { return QCoreApplication::translate("FieldProfile", text); };
    QStringList lines;
    if (!type.isEmpty())
        lines << type;
    lines << tr("%1 of these items have a value, %2 have none").arg(formatCount(values), formatCount(nulls));
    if (values > 0) {
        lines << tr("%1 different").arg(formatCount(distinct));
        lines << tr("from %1 to %2").arg(least, greatest);
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace millrace
