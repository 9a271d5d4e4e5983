// SPDX-License-Identifier: MIT
#include "canvas/cards/CardTexts.h"

#include "canvas/cards/StepLook.h"
#include "model/Format.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>
#include <utility>

namespace millrace {

namespace {

constexpr int NameSize = 13, SmallSize = 11;   // pixels at 100 %
constexpr double LeastOnScreen = 11;           // pixels of names and figures, with text of the usual size
constexpr int MostSize = 32, MostOnBadge = 14; // pixels of the drawing
constexpr int MostBesideSummary = 14;          // small texts that are larger leave no room for a line below the name
constexpr int MostBesideLabel = 12;            // and these none for a word before the bar
constexpr double LeastForTile = 0.5;           // zoom below which the name has the tile's place, too

/// Takes a text where it differs from what is there, and its width where that is asked for.
void take(QStaticText &shown, const QString &text, const TextLayoutCache &texts, double *width = nullptr)
{
    if (shown.text() == text)
        return;
    TextLayoutCache::Layout layout = texts(text);
    shown = std::move(layout.text);
    if (width)
        *width = layout.width;
}

/// In pixels of the drawing: the view scales the whole card with the desktop's font.
QFont cardFont(const Theme &theme, FontRole role, int pixels)
{
    QFont font = theme.font(role);
    font.setPixelSize(pixels);
    font.setHintingPreference(QFont::PreferNoHinting);
    return font;
}

/// A path that is too long keeps its end: the file's name, and as many folders before it as there is room for.
QString elidedPath(const QString &path, const QFontMetricsF &metrics, double width)
{
    QString shown = path;
    for (qsizetype at = path.indexOf(QLatin1Char('/'), 1);
         metrics.horizontalAdvance(shown) > width && at >= 0 && at + 1 < path.size();
         at = path.indexOf(QLatin1Char('/'), at + 1))
        shown = QStringLiteral("…") + path.mid(at);
    return metrics.elidedText(shown, Qt::ElideMiddle, width);
}

QString depthText(const StepLook &look)
{
    if (look.gauge && !look.gauge->hasQueue)
        return QStringLiteral("–");
    const uint32_t capacity = look.gauge ? look.gauge->capacity : uint32_t(std::max(look.view.queueSize, 0));
    const uint64_t depth = look.gauge ? look.gauge->depth : 0;
    return QStringLiteral("%1/%2").arg(depth).arg(capacity ? QString::number(capacity) : QStringLiteral("∞"));
}

/// Where the last row has room for figures: behind the dots, or the number of workers.
double leftOfRate(const StepLook &look)
{
    const int workers = look.gauge ? look.gauge->workers : look.view.workers;
    const int dots = workers > StepGeometry::MostDots ? 1 : std::max(workers, 1);
    return look.geometry.dot(dots - 1).right() + 6;
}

} // namespace

bool CardTexts::isAlone(int size)
{
    return size > LeastOnScreen / LeastForTile;
}

bool CardTexts::hasSummary(int size)
{
    return size <= MostBesideSummary;
}

bool CardTexts::hasQueueLabel(int size)
{
    return size <= MostBesideLabel;
}

int CardTexts::sizeAt(double zoom) const
{
    const double relative = zoom / m_theme.fontScale(); // larger text is larger here, too
    return std::clamp(int(std::ceil(LeastOnScreen / relative - 0.01)), SmallSize, MostSize);
}

const CardTexts::Fonts &CardTexts::fonts(int size) const
{
    size = std::max(size, SmallSize); // also before anything is laid out
    const auto found = m_fonts.find(size);
    if (found != m_fonts.end())
        return found->second;
    Fonts &made = m_fonts[size];
    made.names.setFont(cardFont(m_theme, FontRole::Strong, std::max(NameSize, size)));
    made.small.setFont(cardFont(m_theme, FontRole::Small, size));
    made.bold.setFont(cardFont(m_theme, FontRole::SmallStrong, size));
    return made;
}

/// Badges stand on the cards' edges and have less room than what is within.
const CardTexts::Fonts &CardTexts::badgeFontsOf(const StepLook &look) const
{
    return fonts(std::min(look.texts.size, MostOnBadge));
}

void CardTexts::prepareHead(StepLook &look) const
{
    StepTexts &texts = look.texts;
    const bool hasState = look.gauge && (look.gauge->wasStopped || look.gauge->state != StepState::Idle);
    const Fonts &own = fontsOf(look), &badges = badgeFontsOf(look);
    const double nameWidth = isAlone(texts.size) ? StepGeometry::Width - 2 * StepGeometry::Padding
                                                 : look.geometry.name().width() + (hasState ? 0 : 16);
    if (texts.nameWidth != nameWidth)
        take(texts.name, QFontMetricsF(own.names.font()).elidedText(look.view.name, Qt::ElideRight, nameWidth),
             own.names);
    texts.nameWidth = nameWidth;
    take(texts.limit, look.gauge ? look.gauge->limit : QString(), badges.bold, &texts.limitWidth);
    const QString corner = look.view.problemCount > 0 ? QStringLiteral("!")
                           : look.gauge               ? look.gauge->errors
                                                      : QString();
    take(texts.corner, corner, badges.bold, &texts.cornerWidth);
}

void CardTexts::prepareSmallTexts(StepLook &look) const
{
    StepTexts &texts = look.texts;
    const TextLayoutCache &small = fontsOf(look).small, &bold = fontsOf(look).bold;
    const auto elided = [&small](const QString &text, double width) {
        return QFontMetricsF(small.font()).elidedText(text, Qt::ElideRight, width);
    };
    if (texts.queue.text().isEmpty()) { // for the first time
        take(texts.queue, QStringLiteral("Queue"), small);
        const double width = look.geometry.summary().width();
        take(texts.summary,
             look.view.isSummaryPath ? elidedPath(look.view.summary, QFontMetricsF(small.font()), width)
                                     : elided(look.view.summary, width),
             small);
    }
    take(texts.depth, depthText(look), small, &texts.depthWidth);
    take(texts.elsewhere, look.gauge ? elided(look.gauge->elsewhere, look.geometry.summary().width()) : QString(),
         small);

    const int workers = look.gauge ? look.gauge->workers : look.view.workers;
    QString rate, unit;
    if (look.gauge) {
        rate = look.gauge->rate;
        const bool isPaused = look.gauge->state == StepState::Paused;
        const bool isPair = look.gauge->isTotal && (look.view.hasInput && !look.view.outputs.empty());
        unit = isPaused              ? stateText(StepState::Paused)
               : isPair              ? QString()
               : look.gauge->isTotal ? QStringLiteral(" items")
                                     : QStringLiteral(" items/s");
        // Many dots leave the figure less room.
        const double room = look.geometry.rate().right() - leftOfRate(look);
        if (bold(rate).width + small(unit).width > room) {
            unit = isPaused || look.gauge->isTotal ? QString() : QStringLiteral("/s");
            if (isPair)
                rate = rate.section(QChar(0x2192), 1).trimmed(); // what came out
        }
        if (bold(rate).width + small(unit).width > room)
            unit.clear();
    } else if (!look.tried.isEmpty() && workers <= 3) {
        const double room = look.geometry.rate().right() - leftOfRate(look);
        unit = look.tried;
        if (small(unit).width > room)
            unit = elided(unit.section(QLatin1Char(' '), 1), room); // the figures matter more than the word
    } else if (workers <= 3 && look.view.name != look.view.typeTitle && look.view.summary != look.view.typeTitle) {
        unit = elided(look.view.typeTitle, 96);
    }
    take(texts.rate, rate, bold, &texts.rateWidth);
    take(texts.rateUnit, unit, small, &texts.unitWidth);
    const QString busy =
        look.gauge ? QStringLiteral("%1/%2").arg(look.gauge->busyWorkers).arg(workers) : QString::number(workers);
    take(texts.workers, workers > StepGeometry::MostDots ? busy : QString(), small);
}

const CardTexts::Fonts &CardTexts::fontsOf(const StepLook &look) const
{
    return fonts(look.texts.size);
}

} // namespace millrace
