/** A small flow whose gateway reads a value that nobody gives: each of its journeys stops there. */
export const CREDIT = `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:ritorno="urn:ritorno:bpmn:1" id="credit" targetNamespace="urn:test">
  <message id="idle" name="Cart Idle"/>
  <process id="credit_check" name="Credit check" isExecutable="true">
    <startEvent id="begin" name="Cart idle" ritorno:idleHours="0.0005"><messageEventDefinition messageRef="idle"/></startEvent>
    <exclusiveGateway id="gate" name="Above the limit?"/>
    <userTask id="check" name="Check the credit"/>
    <endEvent id="fine" name="Fine"/>
    <endEvent id="checked" name="Checked"/>
    <sequenceFlow id="to_gate" sourceRef="begin" targetRef="gate"/>
    <sequenceFlow id="above" name="above the limit" sourceRef="gate" targetRef="check"><conditionExpression>=cart.total &gt; limit</conditionExpression></sequenceFlow>
    <sequenceFlow id="below" name="within it" sourceRef="gate" targetRef="fine"><conditionExpression>=cart.total &lt;= limit</conditionExpression></sequenceFlow>
    <sequenceFlow id="to_checked" sourceRef="check" targetRef="checked"/>
  </process>
  <bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="credit_check">
    <bpmndi:BPMNShape id="s1" bpmnElement="begin"><dc:Bounds x="100" y="112" width="36" height="36"/></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="s2" bpmnElement="gate" isMarkerVisible="true"><dc:Bounds x="200" y="105" width="50" height="50"/></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="s3" bpmnElement="check"><dc:Bounds x="340" y="90" width="100" height="80"/></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="s4" bpmnElement="fine"><dc:Bounds x="372" y="232" width="36" height="36"/></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="s5" bpmnElement="checked"><dc:Bounds x="520" y="112" width="36" height="36"/></bpmndi:BPMNShape>
    <bpmndi:BPMNEdge id="e1" bpmnElement="to_gate"><di:waypoint x="136" y="130"/><di:waypoint x="200" y="130"/></bpmndi:BPMNEdge>
    <bpmndi:BPMNEdge id="e2" bpmnElement="above"><di:waypoint x="250" y="130"/><di:waypoint x="340" y="130"/></bpmndi:BPMNEdge>
    <bpmndi:BPMNEdge id="e3" bpmnElement="below"><di:waypoint x="225" y="155"/><di:waypoint x="225" y="250"/><di:waypoint x="372" y="250"/></bpmndi:BPMNEdge>
    <bpmndi:BPMNEdge id="e4" bpmnElement="to_checked"><di:waypoint x="440" y="130"/><di:waypoint x="520" y="130"/></bpmndi:BPMNEdge>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</definitions>`;
