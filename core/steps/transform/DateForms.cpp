// SPDX-License-Identifier: MIT
#include "steps/transform/DateForms.h"

#include <algorithm>

namespace millrace {

Result<DateForms> DateForms::make(const std::string &format, const std::string &zone, bool isDayFirst)
{
    DateForms forms;
    forms.m_noun = "an ISO 8601 timestamp; \"format\" says how else dates are written";
    if (isDayFirst) {
        forms.m_noun = "a date with its day first, such as 31/12/2024";
        for (const std::string day : {"d/M/yyyy", "d.M.yyyy", "d-M-yyyy"}) {
            for (const std::string time : {"", " H:mm", " H:mm:ss"})
                forms.m_patterns.push_back(*DatePattern::forReading(day + time));
        }
    }
    if (!format.empty()) {
        auto pattern = DatePattern::forReading(format);
        if (!pattern)
            return failure(ErrorKind::Settings, pattern.error().message);
        forms.m_noun = "a date written as " + format;
        forms.m_format = *pattern;
        forms.m_patterns = {*std::move(pattern)};
    }
    if (!zone.empty()) {
        auto known = TimeZone::named(zone);
        if (!known)
            return failure(ErrorKind::Settings, known.error().message);
        forms.m_zone = *std::move(known);
    }
    return forms;
}

bool DateForms::read(std::string_view text, Timestamp &moment) const
{
    constexpr uint8_t SaysZone = UtcForm | OffsetForm;
    const auto isRead = [&](const DatePattern &pattern) { return pattern.parse(text, moment); };
    const bool isKnown = std::any_of(m_patterns.begin(), m_patterns.end(), isRead);
    if (!isKnown && (m_format || !parseTimestamp(text, moment)))
        return false;
    if (!m_zone || (moment.form & SaysZone) != 0)
        return true;
    moment.microseconds = m_zone->momentOf(moment.microseconds);
    m_zone->applyTo(moment);
    return true;
}

std::string DateForms::written(const Timestamp &moment) const
{
    Timestamp local = moment;
    if (m_zone)
        m_zone->applyTo(local);
    std::string text;
    m_format->append(text, local);
    return text;
}

} // namespace millrace
