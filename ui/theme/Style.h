// SPDX-License-Identifier: MIT
#pragma once

#include <QProxyStyle>

namespace millrace {

/// Fusion, with the letters of the menus underlined only while Alt is held.
class Style : public QProxyStyle
{
    Q_OBJECT

public:
    Style();

    int styleHint(StyleHint hint,
                  const QStyleOption *option,
                  const QWidget *widget,
                  QStyleHintReturn *result) const override;

    /// Icons grow with the text.
    int pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const override;
    /// Drawn for this program, as all else: questions, and Qt's own file dialog where the desktop has none.
    QIcon standardIcon(StandardPixmap name, const QStyleOption *option, const QWidget *widget) const override;
    QPixmap standardPixmap(StandardPixmap name, const QStyleOption *option, const QWidget *widget) const override;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    bool m_isAltHeld = false;
};

} // namespace millrace
