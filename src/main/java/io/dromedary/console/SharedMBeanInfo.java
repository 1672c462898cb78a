package io.dromedary.console;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.modelmbean.InvalidTargetObjectTypeException;
import javax.management.modelmbean.ModelMBean;
import javax.management.modelmbean.ModelMBeanInfo;

import org.apache.camel.CamelContext;
import org.apache.camel.api.management.ManagedInstance;
import org.apache.camel.api.management.NotificationSenderAware;
import org.apache.camel.support.management.DefaultManagementMBeanAssembler;
import org.apache.camel.support.management.MixinRequiredModelMBean;

/**
 * Describes MBeans of the same class by the same description. Camel makes one for each, with some 70 attributes and operations, which
 * for 300 routes took a tenth of the start and 20 MB. What brings a description of its own is left to Camel.
 */
public final class SharedMBeanInfo extends DefaultManagementMBeanAssembler {

    private final Map<Class<?>, ModelMBeanInfo> infos = new ConcurrentHashMap<>();

    public SharedMBeanInfo(CamelContext context) {
        super(context);
    }

    @Override
    public ModelMBean assemble(MBeanServer server, Object object, ObjectName name) throws JMException {
        if (object instanceof ManagedInstance || object instanceof NotificationSenderAware) {
            return super.assemble(server, object, name);
        }
        ModelMBeanInfo info = infos.get(object.getClass());
        if (info == null) {
            info = assembler.getMBeanInfo(camelContext, object, null, name.toString());
            if (info == null) {
                return null;
            }
            infos.put(object.getClass(), info);
        }
        boolean mask = Boolean.TRUE.equals(camelContext.getManagementStrategy().getManagementAgent().getMask());
        MixinRequiredModelMBean bean = new MixinRequiredModelMBean(info, mask, null, null);
        try {
            bean.setManagedResource(object, "ObjectReference");
        } catch (InvalidTargetObjectTypeException e) {
            throw new JMException(e.getMessage());
        }
        return bean;
    }

    @Override
    protected void doStop() throws Exception {
        infos.clear();
        super.doStop();
    }
}
