// SPDX-License-Identifier: MIT
#pragma once

#include "theme/Theme.h"

#include <QAbstractButton>

#include <functional>

namespace millrace {

/// An example as a picture of its drawing with its name and what there is to see: a click opens and runs it.
class ExampleCard : public QAbstractButton
{
    Q_OBJECT

public:
    /// Draws the example at a size, for a device pixel ratio, in the look of the moment.
    using Draw = std::function<QPixmap(QSize size, double devicePixelRatio)>;

    /// What the example needs besides this program, in a few words; empty: nothing.
    struct Need
    {
        QString text;
        bool isMissing = false; ///< it isn't here, so a click opens the example and says so
    };

    ExampleCard(
        const QString &title, const QString &text, Need need, Draw draw, Theme &theme, QWidget *parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *) override;

private:
    int pictureHeight() const;
    void paintTexts(QPainter &painter, const QRect &place) const;

    const Theme &m_theme;
    QString m_text;
    Need m_need;
    Draw m_draw;
    QPixmap m_picture; ///< of the size and look that were last painted
};

} // namespace millrace
